"""Every address for subscribers of hash lists. `feed/<ref>/` is the address U of one of them."""

from django.urls import path

from havre.entrypoints.platform import files, said

urlpatterns = [
    path("feed/<slug:ref>/metadata/<str:name>", files.metadata),
    path("feed/<slug:ref>/targets/<slug:listed>/<str:name>", files.target),
    path("feed/<slug:ref>/receipts", said.receipts),
    path("feed/<slug:ref>/votes", said.votes),
]
