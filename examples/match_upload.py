"""Match uploads inside your own pipeline: `python match_upload.py FEED ROOT TOKEN FOLDER UPLOAD…`.

FEED is the address your publisher gave you, ROOT and TOKEN the files that came with it, FOLDER a place for the lists.
Nothing of an upload leaves this process, and nothing of it is kept.
"""

import asyncio
import sys
from pathlib import Path

from havre.flows.match_uploads import Lists, subscribe


def one(feed: str, root: str, token: str, folder: str, upload: str) -> None:
    """The five lines."""
    with subscribe(folder, feed, root=root, token=token) as lists:
        lists.watch()  # looks at the feed every minute, for as long as this runs
        for match in lists.match(Path(upload).read_bytes()).matches:
            look_first = not match.entry.reviewed or match.entry.disputed
            print(f"{upload}: {match.list} {match.entry.number}{', look before you act' if look_first else ''}")


async def meanwhile(lists: Lists, uploads: list[str]) -> None:
    """For an asynchronous pipeline: others go on while the decoders work."""
    found = await asyncio.gather(*(lists.match_later(Path(each).read_bytes()) for each in uploads))
    print(f"asynchronously: {sum(bool(looked.matches) for looked in found)} of {len(found)} in the lists")


def in_batches(lists: Lists, uploads: list[str]) -> None:
    """For many at once: one that can't be compared costs no other, and is told apart."""
    for upload, looked in zip(uploads, lists.match_many([Path(each).read_bytes() for each in uploads]), strict=True):
        if isinstance(looked, Exception):
            print(f"{upload}: {looked}")
        else:
            print(f"{upload}: {len(looked.matches)} matches, compared by {', '.join(looked.compared)}")


if __name__ == "__main__":
    feed, root, token, folder, *uploads = sys.argv[1:]
    one(feed, root, token, folder, uploads[0])
    with subscribe(folder, feed, token=token) as lists:
        asyncio.run(meanwhile(lists, uploads[:2]))
        in_batches(lists, uploads)
