/* MD5 and SHA-256, block by block, as their specifications write them. */
#include "digests.h"

/* The whole part of |sin(i + 1)| 2^32 (RFC 1321, 3.4). */
static const uint32_t SINES[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

/* The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
static const uint32_t ROOTS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint8_t TURNS[16] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

typedef void (*block_t)(uint32_t *state, const uint8_t *block);

static uint32_t left(uint32_t word, int by) { return word << by | word >> (32 - by); }
static uint32_t right(uint32_t word, int by) { return word >> by | word << (32 - by); }

static uint32_t little(const uint8_t *at) {
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t big(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Whole blocks go to `block`; what is left waits for the next piece. */
static void take(pieces_t *p, uint32_t *state, const uint8_t *bytes, size_t count, block_t block) {
    size_t held = (size_t)(p->length % DIGEST_BLOCK);
    p->length += count;
    for (; held && held < DIGEST_BLOCK && count; --count) p->rest[held++] = *bytes++;
    if (held == DIGEST_BLOCK) block(state, p->rest), held = 0;
    for (; !held && count >= DIGEST_BLOCK; count -= DIGEST_BLOCK, bytes += DIGEST_BLOCK) block(state, bytes);
    while (count--) p->rest[held++] = *bytes++;
}

/* A one, zeros, and the length in bits: little-endian for MD5, big-endian for SHA-256. */
static void pad(pieces_t *p, uint32_t *state, int is_big, block_t block) {
    static const uint8_t one = 0x80, zero = 0;
    uint64_t bits = p->length * 8;
    uint8_t length[8];
    for (int i = 0; i < 8; ++i) length[i] = (uint8_t)(bits >> 8 * (is_big ? 7 - i : i));
    take(p, state, &one, 1, block);
    while (p->length % DIGEST_BLOCK != DIGEST_BLOCK - 8) take(p, state, &zero, 1, block);
    take(p, state, length, 8, block);
}

static void md5_block(uint32_t *state, const uint8_t *block) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    for (int i = 0; i < 64; ++i) {
        int round = i / 16, at;
        uint32_t mixed;
        if (round == 0) mixed = (b & c) | (~b & d), at = i;
        else if (round == 1) mixed = (d & b) | (~d & c), at = 5 * i + 1;
        else if (round == 2) mixed = b ^ c ^ d, at = 3 * i + 5;
        else mixed = c ^ (b | ~d), at = 7 * i;
        mixed += a + SINES[i] + little(block + 4 * (at % 16));
        a = d, d = c, c = b;
        b += left(mixed, TURNS[4 * round + i % 4]);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

static void sha256_block(uint32_t *state, const uint8_t *block) {
    uint32_t words[64], now[8];
    for (int i = 0; i < 16; ++i) words[i] = big(block + 4 * i);
    for (int i = 16; i < 64; ++i) {
        uint32_t x = words[i - 15], y = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] + (right(x, 7) ^ right(x, 18) ^ x >> 3) + (right(y, 17) ^ right(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 8; ++i) now[i] = state[i];
    for (int i = 0; i < 64; ++i) {
        uint32_t a = now[0], e = now[4];
        uint32_t first = now[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & now[5]) ^ (~e & now[6])) + ROOTS[i] + words[i];
        uint32_t second = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & now[1]) ^ (a & now[2]) ^ (now[1] & now[2]));
        for (int j = 7; j > 0; --j) now[j] = now[j - 1];
        now[4] += first;
        now[0] = first + second;
    }
    for (int i = 0; i < 8; ++i) state[i] += now[i];
}

void md5_begin(md5_t *m) { *m = (md5_t){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}; }
void md5_take(md5_t *m, const uint8_t *bytes, size_t count) { take(&m->pieces, m->state, bytes, count, md5_block); }

void md5_end(md5_t *m, uint8_t out[MD5_BYTES]) {
    pad(&m->pieces, m->state, 0, md5_block);
    for (int i = 0; i < MD5_BYTES; ++i) out[i] = (uint8_t)(m->state[i / 4] >> 8 * (i % 4));
}

/* The first 32 bits of the fractions of the square roots of the first eight primes (FIPS 180-4, 5.3.3). */
void sha256_begin(sha256_t *s) {
    *s = (sha256_t){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_take(sha256_t *s, const uint8_t *bytes, size_t count) { take(&s->pieces, s->state, bytes, count, sha256_block); }

void sha256_end(sha256_t *s, uint8_t out[SHA256_BYTES]) {
    pad(&s->pieces, s->state, 1, sha256_block);
    for (int i = 0; i < SHA256_BYTES; ++i) out[i] = (uint8_t)(s->state[i / 4] >> 8 * (3 - i % 4));
}
