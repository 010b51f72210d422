"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

ADDRESSES = [
    path("", LoginView.as_view(template_name="analyst/sign_in.html", redirect_authenticated_user=True), name="sign_in"),
    path("sign-out", LogoutView.as_view(next_page="sign_in"), name="sign_out"),
]
