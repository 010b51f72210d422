"""Every address for platforms. `feed/<ref>/` is the address U of a subscriber; `cybertip/` takes their reports."""

from django.urls import path

from havre.entrypoints.platform import files, formats, opinions, said, tipline

urlpatterns = [
    path("cybertip/status", tipline.status),
    path("cybertip/xsd", tipline.xsd),
    path("cybertip/submit", tipline.submit),
    path("cybertip/upload", tipline.upload),
    path("cybertip/fileinfo", tipline.fileinfo),
    path("cybertip/finish", tipline.finish),
    path("cybertip/retract", tipline.retract),
    path("cybertip/preserved", tipline.preserved),
    path("feed/<slug:ref>/metadata/<str:name>", files.metadata),
    path("feed/<slug:ref>/targets/<slug:listed>/<str:name>", files.target),
    path("feed/<slug:ref>/receipts", said.receipts),
    path("feed/<slug:ref>/votes", said.votes),
    path("feed/<slug:ref>/entries", formats.entries),
    path("feed/<slug:ref>/hma/<slug:listed>", formats.hma_bank),
    path("feed/<slug:ref>/table/<slug:listed>", formats.whole_table),
    path("feed/<slug:ref>/vics/<slug:listed>", formats.whole_hash_set),
    path("feed/<slug:ref>/graph/<slug:listed>/<int:group>/threat_updates/", formats.graph_updates),
    path("feed/<slug:ref>/stopncii/<slug:listed>/v1/FetchHashes", formats.stopncii_hashes),
    path("feed/<slug:ref>/stopncii/<slug:listed>/v1/SubmitFeedback", opinions.stopncii_feedback),
    path("feed/<slug:ref>/stopncii/<slug:listed>/v1/SubmitHashes", opinions.stopncii_submit),
    path("feed/<slug:ref>/ncmec/<slug:listed>/v2/status", formats.ncmec_status),
    path("feed/<slug:ref>/ncmec/<slug:listed>/v2/members", formats.ncmec_members),
    path("feed/<slug:ref>/ncmec/<slug:listed>/v2/entries", formats.ncmec_entries),
    path("feed/<slug:ref>/ncmec/<slug:listed>/v2/feedback/<slug:method>/reasons", formats.ncmec_reasons),
    path(
        "feed/<slug:ref>/ncmec/<slug:listed>/v2/entries/<slug:whose>/<slug:entry>/<slug:method>/feedback",
        opinions.ncmec_vote,
    ),
]
