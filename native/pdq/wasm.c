/* The same kernel in a browser: PDQ from rows of RGBA, MD5 and SHA-256 of files in pieces, so that a picture is known
 * by its hashes and never leaves the device.
 *
 * No libc and no heap: all memory is two fixed parts. The page writes bytes into `strip` and says how many they are;
 * one picture and one file at a time. */
#include "digests.h"
#include "pdq.h"

enum {
    STRIP = 4 << 20, /* bytes handed over at once: 16 rows of the widest picture */
    ARENA = 16 << 20, /* work memory of the filters: enough for 16384 x 16384, and for 65535 x 8192 */
};

#define EXPORT(name) __attribute__((export_name(#name)))

static _Alignas(64) uint8_t strip[STRIP];
static _Alignas(64) uint8_t arena[ARENA];
static uint8_t hash[PDQ_ORIENTATIONS][PDQ_BYTES];
static pdq_t picture;
static md5_t md5;
static sha256_t sha256;

void *memset(void *to, int byte, size_t count) {
    uint8_t *at = to;
    while (count--) *at++ = (uint8_t)byte;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    uint8_t *at = to;
    const uint8_t *of = from;
    while (count--) *at++ = *of++;
    return to;
}

/* Frames of films come as pixels here, not as a decoder's planes. */
void pdq_serial_film(const pdq_planes_t *planes, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work) {
    (void)planes, (void)ways, (void)grids, (void)work;
}

EXPORT(strip_at) void *strip_at(void) { return strip; }
EXPORT(strip_bytes) int strip_bytes(void) { return STRIP; }
EXPORT(hash_at) void *hash_at(void) { return hash; }

/* Begins a picture of this size; 0 where it is larger than the memory. */
EXPORT(begin) int begin(int width, int height) {
    size_t need = pdq_work_bytes(width, height);
    if (!need || need > ARENA) return 0;
    for (size_t i = 0; i < need; ++i) arena[i] = 0;
    pdq_begin(&picture, width, height, 4, arena, &pdq_backends[0]);
    return 1;
}

/* The next rows lie in the strip: a multiple of 16 of them except for the last. */
EXPORT(rows) void rows(int count) { pdq_rows(&picture, strip, count, (ptrdiff_t)picture.width * 4); }

/* After all rows: the quality; the upright hash lies at hash_at. */
EXPORT(finish) int finish(void) { return pdq_finish(&picture, hash); }

/* Begins a file, takes its next bytes from the strip, ends it: its MD5 and behind that its SHA-256 lie at hash_at. */
EXPORT(file_begin) void file_begin(void) { md5_begin(&md5), sha256_begin(&sha256); }
EXPORT(file_piece) void file_piece(int count) {
    md5_take(&md5, strip, (size_t)count);
    sha256_take(&sha256, strip, (size_t)count);
}
EXPORT(file_end) void file_end(void) {
    md5_end(&md5, hash[0]);
    sha256_end(&sha256, hash[0] + MD5_BYTES);
}
