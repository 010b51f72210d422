"""Knowledge in and out: the files other units, hotlines and databases hand over, and ours for them.

Everything here is pure: binary files in, values out, streaming, in constant memory. `READERS` and `WRITERS`
are the whole of the public table; `recognise.recognise` names the format of a file from its beginning.
"""

READERS = {
    "vics2": "havre.matches.formats.vics:rows",
    "vics1.3": "havre.matches.formats.vics:rows",
    "icse": "havre.matches.formats.icse:rows",
    "csv": "havre.matches.formats.table:rows",
    "hashes": "havre.matches.formats.hashlist:rows",
    "pdq": "havre.matches.formats.hashlist:pdq_rows",
}
"""Format → the function, for a sandboxed worker, that turns (binary file, **options) into JSON-able rows."""

FOLLOWED = ("ncmec", "stopncii", "threatexchange", "hma")
"""Lists of others that correct themselves: each page of them is read in the sandbox."""

SANDBOXED = READERS | {
    "vics-alerts": "havre.matches.formats.vics_alerts:rows",
    "captured-list": "havre.matches.formats.captured:rows",
    "captured-warc": "havre.matches.formats.captured:warc_rows",
    **{f"told-{kind}": f"havre.matches.formats.told_lists:{kind}_rows" for kind in FOLLOWED},
}
"""The same with what reads files that are no lists of media."""

WRITERS = {
    "vics2": "havre.matches.formats.vics_write:write_vics2",
    "vics1.3": "havre.matches.formats.vics_write:write_vics13",
    "icse": "havre.matches.formats.icse:write",
    "csv": "havre.matches.formats.table:write",
}
"""Format → the function that writes (entries, binary file, *, region) and returns `Written`."""
