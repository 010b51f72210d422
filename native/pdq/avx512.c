/* The blur with 16 floats at a time (x86-64 with AVX-512 F and BW). */
#include "pdq.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,prefer-vector-width=512")))
#define NAME(verb) pdq_avx512_##verb
#define ROW_FILTER pdq_avx512_row_filter
#define RING_ROW pdq_avx512_ring_row
#define UNROLL _Pragma("GCC unroll 16")
#define LOAD _mm512_load_ps
#define LOADU _mm512_loadu_ps
#define STORE _mm512_store_ps
#define STOREU _mm512_storeu_ps
#define ADD _mm512_add_ps
#define SUB _mm512_sub_ps
#define MUL _mm512_mul_ps
#define FMA _mm512_fmadd_ps
#define SET1 _mm512_set1_ps
enum { LANES = 16, SPARE = 0 };
typedef __m512 vec;

enum { FAR = 256 }; /* bytes ahead of the tile that are fetched into the cache, in every row */

/* 299 R + 587 G + 114 B of 16 pixels, three or four bytes each: exact, as it stays below 2^24. */
TARGET static inline vec weighed(__m512i pixels, __m128i red_blue, __m128i green) {
    __m512i red_blues = _mm512_shuffle_epi8(pixels, _mm512_broadcast_i32x4(red_blue));
    __m512i greens = _mm512_shuffle_epi8(pixels, _mm512_broadcast_i32x4(green));
    return _mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_madd_epi16(red_blues, _mm512_set1_epi32(114 << 16 | 299)),
                                               _mm512_madd_epi16(greens, _mm512_set1_epi32(587))));
}

TARGET static inline vec pdq_avx512_rgbx(const uint8_t *at) {
    __builtin_prefetch(at + FAR);
    return weighed(_mm512_loadu_si512(at),
                   _mm_setr_epi8(0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14, -1),
                   _mm_setr_epi8(1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1));
}

TARGET static inline vec pdq_avx512_rgb(const uint8_t *at) {
    const __m512i quarters = _mm512_setr_epi32(0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0);
    __m512i pixels = _mm512_maskz_loadu_epi32(0x0fff, at); /* 48 bytes, not one more */
    __builtin_prefetch(at + FAR);
    return weighed(_mm512_permutexvar_epi32(quarters, pixels),
                   _mm_setr_epi8(0, -1, 2, -1, 3, -1, 5, -1, 6, -1, 8, -1, 9, -1, 11, -1),
                   _mm_setr_epi8(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1));
}

TARGET static inline vec pdq_avx512_grey(const uint8_t *at) {
    __builtin_prefetch(at + FAR);
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)at)));
}

TARGET static inline void pdq_avx512_transpose(vec t[16]) {
    vec a[16], b[16];
    UNROLL for (int i = 0; i < 8; ++i) {
        a[2 * i] = _mm512_unpacklo_ps(t[2 * i], t[2 * i + 1]);
        a[2 * i + 1] = _mm512_unpackhi_ps(t[2 * i], t[2 * i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        b[i] = _mm512_shuffle_ps(a[i], a[i + 2], 0x44);
        b[i + 1] = _mm512_shuffle_ps(a[i], a[i + 2], 0xee);
        b[i + 2] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0x44);
        b[i + 3] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0xee);
    }
    UNROLL for (int i = 0; i < 4; ++i) {
        a[i] = _mm512_shuffle_f32x4(b[i], b[i + 4], 0x88);
        a[i + 4] = _mm512_shuffle_f32x4(b[i], b[i + 4], 0xdd);
        a[i + 8] = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0x88);
        a[i + 12] = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0xdd);
    }
    UNROLL for (int i = 0; i < 8; ++i) {
        t[i] = _mm512_shuffle_f32x4(a[i], a[i + 8], 0x88);
        t[i + 8] = _mm512_shuffle_f32x4(a[i], a[i + 8], 0xdd);
    }
}

#include "lanes.h"
#else
typedef int pdq_avx512_is_for_x86_64;
#endif
