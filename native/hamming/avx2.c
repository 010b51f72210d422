/* AVX2: 32 residuals or 4 rows at a time; the bit counts of single words by the popcnt instruction. */
#include "hamming/hamming.h"

#include <stdlib.h>

#define SELF hamming_avx2

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

static inline __m256i popcount_bytes(__m256i x) {
    __m256i const ones = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2,
                                          3, 2, 3, 3, 4);
    __m256i const nibble = _mm256_set1_epi8(15);
    return _mm256_add_epi8(_mm256_shuffle_epi8(ones, _mm256_and_si256(x, nibble)),
                           _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble)));
}

static inline uint32_t filter_bucket(uint8_t const *residuals, probe bucket, uint8_t wanted, unsigned limit,
                                     uint32_t *candidates, uint32_t kept, uint32_t cap) {
    __m256i const want = _mm256_set1_epi8((char)wanted), most = _mm256_set1_epi8((char)limit);
    for (uint32_t i = 0; i < bucket.length && kept <= cap; i += 32) { /* reads into the padding, never beyond */
        __m256i x = _mm256_loadu_si256((__m256i const *)(residuals + bucket.start + i));
        __m256i bits = popcount_bytes(_mm256_xor_si256(x, want));
        uint32_t near = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(bits, most));
        if (bucket.length - i < 32) near &= (1u << (bucket.length - i)) - 1;
        for (; near; near &= near - 1) candidates[kept++] = bucket.start + i + (uint32_t)__builtin_ctz(near);
    }
    return kept;
}

#include "hamming/pipeline.h"

/* Distances of 4 rows, in the order 0, 2, 1, 3 (as the lanes fall). */
static inline __m256i distances4(uint8_t const *rows, __m256i query) {
    __m256i count[4], zero = _mm256_setzero_si256();
    for (int i = 0; i < 4; i++) {
        __m256i row = _mm256_loadu_si256((__m256i const *)(rows + i * HASH_BYTES));
        count[i] = _mm256_sad_epu8(popcount_bytes(_mm256_xor_si256(row, query)), zero);
    }
    __m256i a = _mm256_add_epi64(_mm256_unpacklo_epi64(count[0], count[1]), _mm256_unpackhi_epi64(count[0], count[1]));
    __m256i b = _mm256_add_epi64(_mm256_unpacklo_epi64(count[2], count[3]), _mm256_unpackhi_epi64(count[2], count[3]));
    return _mm256_add_epi64(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
}

static int within(uint8_t const *rows, size_t count, uint32_t first, uint32_t query, hash256 const *asked, int radius,
                  hits *found) {
    __m256i const hash = _mm256_loadu_si256((__m256i const *)asked), most = _mm256_set1_epi64x(radius);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        __m256i distance = distances4(rows + i * HASH_BYTES, hash);
        if (_mm256_movemask_epi8(_mm256_cmpgt_epi64(distance, most)) == -1) continue;
        uint64_t near[4];
        _mm256_storeu_si256((__m256i *)near, distance);
        for (unsigned k = 0; k < 4; k++)
            if (near[k] <= (uint64_t)radius &&
                hits_add(found, query, first + (uint32_t)i + k, (uint32_t)near[k]) != FINE)
                return NO_MEMORY;
    }
    return hamming_serial.within(rows + i * HASH_BYTES, count - i, first + (uint32_t)i, query, asked, radius, found);
}

static void distances(uint8_t const *rows, size_t count, hash256 const *asked, uint16_t *to) {
    __m256i const hash = _mm256_loadu_si256((__m256i const *)asked);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint64_t four[4];
        _mm256_storeu_si256((__m256i *)four, distances4(rows + i * HASH_BYTES, hash));
        for (unsigned k = 0; k < 4; k++) to[i + k] = (uint16_t)four[k];
    }
    hamming_serial.distances(rows + i * HASH_BYTES, count - i, asked, to + i);
}

/* The popcnt instruction is as fast as any vector trick here. */
static size_t half_within(uint64_t const *plane0, uint64_t const *plane1, size_t from, size_t to, uint64_t word0,
                          uint64_t word1, int radius, uint32_t *positions) {
    size_t found = 0;
    for (size_t i = from; i < to; i++) {
        positions[found] = (uint32_t)i;
        found += __builtin_popcountll(plane0[i] ^ word0) + __builtin_popcountll(plane1[i] ^ word1) <= radius;
    }
    return found;
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

static int supported(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

backend const hamming_avx2 = {"avx2", supported, within, distances, search_segment, half_within};
#else
static int supported(void) { return 0; }

backend const hamming_avx2 = {"avx2", supported, NULL, NULL, NULL, NULL};
#endif
