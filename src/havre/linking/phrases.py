"""Every text that explanations are made of, in one table each: a translation is another set of these tables."""

from collections.abc import Mapping
from dataclasses import dataclass

SENTENCES: Mapping[str, str] = {
    "identical": "the same content in both",
    "near": "the same picture in both",
    "near by bits": "the same picture, {distance} of 256 bits apart",
    "near by points": "the same picture, cropped or laid over: {where}, {points} points",
    "segment": "a part of the film is a part of the other",
    "segment with times": "{seconds} s of the film, {one_from} to {one_to}, "
    "are {other_from} to {other_to} of the other",
    "frame": "the picture is a frame of the film, at {at}",
    "sound": "the same sound in both",
    "sound, other pictures": "the same sound under a different picture",
    "sound with times": "the sound from {one_from} to {one_to} is that from {other_from} to {other_to} of the other",
    "sound with times, other pictures": "the sound from {one_from} to {one_to} is that from {other_from} to {other_to} "
    "of the other, under a different picture",
    "sound at the same times": "the sound from {one_from} to {one_to} is the same in both",
    "sound at the same times, other pictures": "the sound from {one_from} to {one_to} is the same under a different "
    "picture",
    "place": "the same place or object in both",
    "place by points": "{where}, {points} points",
    "camera": "the same camera",
    "session": "the same occasion",
}

ADDED: Mapping[str, str] = {
    "orientation": "{sentence}, {orientation}",
    "camera": "{sentence} with the same make and model",
    "contradicted": "{sentence}; contradicted by {contradicts}",
}

REGIONS: Mapping[str, str] = {
    "whole": "the whole",
    "top": "the upper part",
    "bottom": "the lower part",
    "left": "the left part",
    "right": "the right part",
    "row": "a band through the middle",
    "column": "an upright band through the middle",
    "upper left": "a region in the upper left",
    "upper middle": "a region in the upper middle",
    "upper right": "a region in the upper right",
    "middle left": "a region at the left",
    "centre": "a region in the centre",
    "middle right": "a region at the right",
    "lower left": "a region in the lower left",
    "lower middle": "a region in the lower middle",
    "lower right": "a region in the lower right",
}

WHERE: Mapping[str, str] = {
    "both whole": "the whole picture agrees",
    "same": "{one} of both agrees",
    "different": "{one} of one agrees with {other} of the other",
}

REASONS: Mapping[str, str] = {
    "camera serial": "camera serial {serial} in both; {carriers:,} of {media:,} media carry it",
    "lens serial": "lens serial {lens_serial} in both; {lens_carriers:,} of {media:,} media carry it",
    "time and place": "taken {seconds} s and {metres} m apart",
    "time": "taken {seconds} s apart",
    "place": "taken {metres} m apart",
    "same time and place": "taken in the same second at the same spot",
    "same time and near": "taken in the same second, {metres} m apart",
    "time and same place": "taken {seconds} s apart at the same spot",
    "same time": "taken in the same second",
    "same place": "taken at the same spot",
    "file number": "file numbers {one_number} and {other_number}",
    "day": "received one after the other, numbers {one_number} and {other_number} of {day}",
    "image id": "the same image id",
    "document id": "the same document id",
}

ORIENTATIONS: Mapping[str, str] = {
    "turned 90": "turned by 90°",
    "turned 180": "turned by 180°",
    "turned 270": "turned by 270°",
    "mirrored": "mirrored",
    "mirrored and turned 90": "mirrored and turned by 90°",
    "mirrored and turned 180": "mirrored and turned by 180°",
    "mirrored and turned 270": "mirrored and turned by 270°",
}
"""By the names of havre.fingerprints.pdq.ORIENTATIONS; what is upright needs no word."""

CONTRADICTIONS: Mapping[str, str] = {
    "camera model": "different makes or models",
    "camera serial": "different camera serials",
    "lens serial": "different lens serials",
    "satellite time": "a satellite time that does not fit the clock",
    "file number": "file numbers that run against the clock",
    "place": "places too far apart for the time between",
    "image id": "times that differ under the same image id",
    "document id": "times that differ under the same document id",
}

WHOLE: Mapping[str, str] = {
    "link": "{one} and {other}: {sentence}",
    "bridge": "{parts} do not match each other; {medium} connects them",
    "part": "{medium}",
    "part of several": "{medium} with {more:,} more",
    "further": "and {more:,} more links",
    "apart": "not joined, for that may be an accident at this size: {one} and {other}: {sentence}",
    "and": " and ",
    "comma": ", ",
    "semicolon": "; ",
    "tenths": "{whole}.{tenths}",
    "rarity": "{expected} such matches are expected by accident for a medium among {media:,}",
}


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language."""

    sentences: Mapping[str, str]
    added: Mapping[str, str]
    regions: Mapping[str, str]
    where: Mapping[str, str]
    reasons: Mapping[str, str]
    orientations: Mapping[str, str]
    contradictions: Mapping[str, str]
    whole: Mapping[str, str]


ENGLISH = Language(SENTENCES, ADDED, REGIONS, WHERE, REASONS, ORIENTATIONS, CONTRADICTIONS, WHOLE)
