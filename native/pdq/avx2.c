/* The blur with 8 floats at a time (x86-64 with AVX2 and FMA). */
#include "pdq.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#define NAME(verb) pdq_avx2_##verb
#define ROW_FILTER pdq_avx2_row_filter
#define RING_ROW pdq_avx2_ring_row
#define UNROLL _Pragma("GCC unroll 8")
#define LOAD _mm256_load_ps
#define LOADU _mm256_loadu_ps
#define STORE _mm256_store_ps
#define STOREU _mm256_storeu_ps
#define ADD _mm256_add_ps
#define SUB _mm256_sub_ps
#define MUL _mm256_mul_ps
#define FMA _mm256_fmadd_ps
#define SET1 _mm256_set1_ps
enum { LANES = 8, SPARE = 2 }; /* reading 8 RGB pixels touches 4 bytes more */
typedef __m256 vec;

enum { FAR = 256 }; /* bytes ahead of the tile that are fetched into the cache, in every row */

/* 299 R + 587 G + 114 B of 8 pixels, three or four bytes each: exact, as it stays below 2^24. */
TARGET static inline vec weighed(__m256i pixels, __m256i red_blue, __m256i green) {
    return _mm256_cvtepi32_ps(_mm256_add_epi32(
        _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, red_blue), _mm256_set1_epi32(114 << 16 | 299)),
        _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, green), _mm256_set1_epi32(587))));
}

TARGET static inline vec pdq_avx2_rgbx(const uint8_t *at) {
    const __m256i red_blue = _mm256_setr_epi8(0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14, -1,
                                              0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14, -1);
    const __m256i green = _mm256_setr_epi8(1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1,
                                           1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1);
    __builtin_prefetch(at + FAR);
    return weighed(_mm256_loadu_si256((const __m256i *)at), red_blue, green);
}

TARGET static inline vec pdq_avx2_rgb(const uint8_t *at) {
    const __m256i red_blue = _mm256_setr_epi8(0, -1, 2, -1, 3, -1, 5, -1, 6, -1, 8, -1, 9, -1, 11, -1,
                                              0, -1, 2, -1, 3, -1, 5, -1, 6, -1, 8, -1, 9, -1, 11, -1);
    const __m256i green = _mm256_setr_epi8(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1,
                                           1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1);
    __m256i pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)at)),
                                             _mm_loadu_si128((const __m128i *)(at + 12)), 1);
    __builtin_prefetch(at + FAR);
    return weighed(pixels, red_blue, green);
}

TARGET static inline vec pdq_avx2_grey(const uint8_t *at) {
    __builtin_prefetch(at + FAR);
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)at)));
}

TARGET static inline void pdq_avx2_transpose(vec t[8]) {
    vec a[8], b[8];
    UNROLL for (int i = 0; i < 4; ++i) {
        a[2 * i] = _mm256_unpacklo_ps(t[2 * i], t[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_ps(t[2 * i], t[2 * i + 1]);
    }
    UNROLL for (int i = 0; i < 8; i += 4) {
        b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
        b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xee);
        b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
        b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xee);
    }
    UNROLL for (int i = 0; i < 4; ++i) {
        t[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
        t[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
    }
}

#include "lanes.h"
#else
typedef int pdq_avx2_is_for_x86_64;
#endif
