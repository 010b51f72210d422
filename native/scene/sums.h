/* Sums of products of short numbers, with AVX2: the distances of one feature to postings, eight at a time, and to the
 * centroids of cells. Postings take a quarter of the time that they take in what a compiler makes of serial.c, the truth.
 * Included with NAME(x) defined, where AVX2 may be used. */
#include <immintrin.h>
#include <string.h>

#include "scene.h"

typedef struct {
    __m256i low, high, mask;
} NAME(halves);

/* Eight partial sums of the squares between a posting and what is asked. */
static inline __m256i NAME(squares)(const scene_posting *posting, const NAME(halves) *asked) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)posting);
    __m256i low = _mm256_abs_epi8(_mm256_sub_epi8(_mm256_and_si256(bytes, asked->mask), asked->low));
    __m256i high = _mm256_abs_epi8(
        _mm256_sub_epi8(_mm256_and_si256(_mm256_srli_epi16(bytes, 4), asked->mask), asked->high));
    __m256i sums = _mm256_add_epi16(_mm256_maddubs_epi16(low, low), _mm256_maddubs_epi16(high, high));
    return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

/* Four sums of four postings' squares. */
static inline __m128i NAME(four)(const scene_posting *postings, const NAME(halves) *asked) {
    __m256i one = _mm256_hadd_epi32(NAME(squares)(postings, asked), NAME(squares)(postings + 1, asked));
    __m256i other = _mm256_hadd_epi32(NAME(squares)(postings + 2, asked), NAME(squares)(postings + 3, asked));
    __m256i both = _mm256_hadd_epi32(one, other);
    return _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
}

static void NAME(apart)(const uint8_t *asked, const scene_posting *postings, size_t count, uint16_t *apart) {
    uint8_t low[sizeof(scene_posting)] = {0}, high[sizeof(scene_posting)] = {0}, mask[sizeof(scene_posting)] = {0};
    for (int k = 0; k < SCENE_PACKED; ++k) low[k] = asked[k] & 15, high[k] = asked[k] >> 4, mask[k] = 15;
    NAME(halves) halves = {_mm256_loadu_si256((const __m256i *)(const void *)low),
                           _mm256_loadu_si256((const __m256i *)(const void *)high),
                           _mm256_loadu_si256((const __m256i *)(const void *)mask)};
    size_t at = 0;
    for (; at + 8 <= count; at += 8) {
        __m128i sums = _mm_packus_epi32(NAME(four)(postings + at, &halves), NAME(four)(postings + at + 4, &halves));
        _mm_storeu_si128((__m128i *)(void *)(apart + at), sums);
    }
    for (; at < count; ++at) {
        __m256i parts = NAME(squares)(postings + at, &halves);
        uint32_t each[8], sum = 0;
        memcpy(each, &parts, sizeof each);
        for (int k = 0; k < 8; ++k) sum += each[k];
        apart[at] = (uint16_t)sum;
    }
}

static void NAME(far)(const scene_half *half, const int16_t *levels, int32_t *far) {
    __m256i pairs[SCENE_HALF / 2];
    for (int k = 0; k < SCENE_HALF / 2; ++k)
        pairs[k] = _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)(16 * levels[2 * k + 1]) << 16 | (uint16_t)(16 * levels[2 * k])));
    for (int j = 0; j < SCENE_CELLS; j += 8) {
        __m256i sum = _mm256_loadu_si256((const __m256i *)(const void *)(half->square + j));
        for (int k = 0; k < SCENE_HALF / 2; ++k) {
            __m256i two = _mm256_loadu_si256((const __m256i *)(const void *)half->numbers[k][j]);
            sum = _mm256_sub_epi32(sum, _mm256_madd_epi16(two, pairs[k]));
        }
        _mm256_storeu_si256((__m256i *)(void *)(far + j), sum);
    }
}
