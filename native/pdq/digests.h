/* MD5 (RFC 1321) and SHA-256 (FIPS 180-4) of bytes that come in pieces; no libc, no heap. For browsers, which have no
 * MD5 and can hash nothing in pieces; everywhere else hashlib does it. Neither protects anything here: they name files. */
#ifndef HAVRE_DIGESTS_H
#define HAVRE_DIGESTS_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BLOCK = 64, MD5_BYTES = 16, SHA256_BYTES = 32 };

/* What of the file was not enough for a block, and how long it is so far. */
typedef struct {
    uint64_t length;
    uint8_t rest[DIGEST_BLOCK];
} pieces_t;

typedef struct {
    pieces_t pieces;
    uint32_t state[4];
} md5_t;

typedef struct {
    pieces_t pieces;
    uint32_t state[8];
} sha256_t;

void md5_begin(md5_t *);
void md5_take(md5_t *, const uint8_t *bytes, size_t count);
void md5_end(md5_t *, uint8_t out[MD5_BYTES]);

void sha256_begin(sha256_t *);
void sha256_take(sha256_t *, const uint8_t *bytes, size_t count);
void sha256_end(sha256_t *, uint8_t out[SHA256_BYTES]);

#endif
