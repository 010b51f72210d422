/* AVX-512 with VPOPCNTDQ and BITALG: 64 residuals or 8 rows at a time. */
#include "hamming/hamming.h"

#include <stdlib.h>

#define SELF hamming_avx512

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi,bmi2,popcnt"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,avx512bitalg,avx2,bmi,bmi2,popcnt")
#endif

static inline uint32_t filter_bucket(uint8_t const *residuals, probe bucket, uint8_t wanted, unsigned limit,
                                     uint32_t *candidates, uint32_t kept, uint32_t cap) {
    __m512i const want = _mm512_set1_epi8((char)wanted), most = _mm512_set1_epi8((char)limit);
    for (uint32_t i = 0; i < bucket.length && kept <= cap; i += 64) { /* reads into the padding, never beyond */
        __m512i x = _mm512_loadu_si512(residuals + bucket.start + i);
        uint64_t near = _mm512_cmple_epu8_mask(_mm512_popcnt_epi8(_mm512_xor_si512(x, want)), most);
        near = _bzhi_u64(near, bucket.length - i < 64 ? bucket.length - i : 64);
        candidates[kept] = bucket.start + i + (uint32_t)_tzcnt_u64(near); /* mostly none or one: no branch for these */
        kept += near != 0;
        near = _blsr_u64(near);
        for (; __builtin_expect(near != 0, 0); near = _blsr_u64(near))
            candidates[kept++] = bucket.start + i + (uint32_t)_tzcnt_u64(near);
    }
    return kept;
}

#include "hamming/pipeline.h"

/* Which row of eight each lane of distances8 belongs to. */
static uint8_t const LANE[8] = {0, 2, 1, 3, 4, 6, 5, 7};

static inline __m512i distances8(uint8_t const *rows, __m512i query) {
    __m512i count[4];
    for (int i = 0; i < 4; i++)
        count[i] = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(rows + i * 64), query));
    __m512i a = _mm512_add_epi64(_mm512_unpacklo_epi64(count[0], count[1]), _mm512_unpackhi_epi64(count[0], count[1]));
    __m512i b = _mm512_add_epi64(_mm512_unpacklo_epi64(count[2], count[3]), _mm512_unpackhi_epi64(count[2], count[3]));
    return _mm512_add_epi64(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xDD));
}

static int add_lanes(__m512i distance, unsigned near, uint32_t first, uint32_t query, hits *found) {
    uint64_t lane[8];
    uint32_t of_row[8];
    unsigned rows = 0;
    _mm512_storeu_si512(lane, distance);
    for (unsigned k = 0; k < 8; k++) {
        of_row[LANE[k]] = (uint32_t)lane[k];
        rows |= (near >> k & 1) << LANE[k];
    }
    for (; rows; rows &= rows - 1) {
        unsigned row = (unsigned)__builtin_ctz(rows);
        if (hits_add(found, query, first + row, of_row[row]) != FINE) return NO_MEMORY;
    }
    return FINE;
}

static int within(uint8_t const *rows, size_t count, uint32_t first, uint32_t query, hash256 const *asked, int radius,
                  hits *found) {
    __m512i const hash = _mm512_broadcast_i64x4(_mm256_loadu_si256((__m256i const *)asked));
    __m512i const most = _mm512_set1_epi64(radius);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        prefetch(rows, i * HASH_BYTES + 4096);
        prefetch(rows, i * HASH_BYTES + 4096 + 64);
        prefetch(rows, i * HASH_BYTES + 4096 + 128);
        prefetch(rows, i * HASH_BYTES + 4096 + 192);
        __m512i distance = distances8(rows + i * HASH_BYTES, hash);
        unsigned near = _mm512_cmple_epi64_mask(distance, most);
        if (__builtin_expect(near != 0, 0) && add_lanes(distance, near, first + (uint32_t)i, query, found) != FINE)
            return NO_MEMORY;
    }
    return hamming_serial.within(rows + i * HASH_BYTES, count - i, first + (uint32_t)i, query, asked, radius, found);
}

static void distances(uint8_t const *rows, size_t count, hash256 const *asked, uint16_t *to) {
    __m512i const hash = _mm512_broadcast_i64x4(_mm256_loadu_si256((__m256i const *)asked));
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t lane[8];
        _mm512_storeu_si512(lane, distances8(rows + i * HASH_BYTES, hash));
        for (unsigned k = 0; k < 8; k++) to[i + LANE[k]] = (uint16_t)lane[k];
    }
    hamming_serial.distances(rows + i * HASH_BYTES, count - i, asked, to + i);
}

static size_t half_within(uint64_t const *plane0, uint64_t const *plane1, size_t from, size_t to, uint64_t word0,
                          uint64_t word1, int radius, uint32_t *positions) {
    __m512i const want0 = _mm512_set1_epi64((long long)word0), want1 = _mm512_set1_epi64((long long)word1);
    __m512i const most = _mm512_set1_epi64(radius);
    size_t found = 0;
    for (size_t i = from; i < to; i += 8) {
        __mmask8 valid = to - i < 8 ? (__mmask8)((1u << (to - i)) - 1) : 0xff;
        __m512i bits0 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_maskz_loadu_epi64(valid, plane0 + i), want0));
        __m512i bits1 = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_maskz_loadu_epi64(valid, plane1 + i), want1));
        unsigned near = _mm512_mask_cmple_epi64_mask(valid, _mm512_add_epi64(bits0, bits1), most);
        for (; __builtin_expect(near != 0, 0); near &= near - 1)
            positions[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(near);
    }
    return found;
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static int supported(void) {
    return hamming_avx2.supported() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512bitalg");
}

backend const hamming_avx512 = {"avx512", supported, within, distances, search_segment, half_within};
#else
static int supported(void) { return 0; }

backend const hamming_avx512 = {"avx512", supported, NULL, NULL, NULL, NULL};
#endif
