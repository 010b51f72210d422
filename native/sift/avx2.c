/* The operations of serial.c with 16 pixels or 8 floats at a time (x86-64 with AVX2). */
#include "sift.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define NAME(verb) sift_avx2_##verb
#define UNROLL _Pragma("GCC unroll 8")
enum { PIXELS = 16, LANES = 8, BITS = 2, AT_ONCE = 1 };

/* PIXELS int16 or half as many int32 */
typedef __m256i ints;
#define LOAD(at) _mm256_load_si256((const __m256i *)(at))
#define LOADU(at) _mm256_loadu_si256((const __m256i *)(at))
#define STORE(at, v) _mm256_store_si256((__m256i *)(at), v)
#define STOREU(at, v) _mm256_storeu_si256((__m256i *)(at), v)
#define SET32 _mm256_set1_epi32
#define SET16 _mm256_set1_epi16
#define SUB16 _mm256_sub_epi16
#define MAX16 _mm256_max_epi16
#define MIN16 _mm256_min_epi16
#define ADD32 _mm256_add_epi32
#define MUL32 _mm256_mullo_epi32
#define AND _mm256_and_si256
#define OR _mm256_or_si256
#define LEFT32 _mm256_slli_epi32
#define RIGHT32 _mm256_srli_epi32
#define LOW16 _mm256_unpacklo_epi16
#define HIGH16 _mm256_unpackhi_epi16
#define PACK16 _mm256_packs_epi32
#define WIDEN(at) _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(at)))
/* sum + a0 b0 + a1 b1 in each int32 */
#define DOT(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
/* A bit for each pixel that is >= most or <= fewest, at 2 times its number. */
TARGET static inline uint32_t sift_avx2_outermost(ints v, ints most, ints fewest) {
    ints inner = _mm256_and_si256(_mm256_cmpgt_epi16(most, v), _mm256_cmpgt_epi16(v, fewest));
    return ~(uint32_t)_mm256_movemask_epi8(inner) & 0x55555555;
}

/* The first, third ... of the pixels. */
TARGET static inline void sift_avx2_keep_even(ints pixels, int16_t *to) {
    ints even = _mm256_and_si256(pixels, _mm256_set1_epi32(0xffff));
    _mm_store_si128((__m128i *)to, _mm_packus_epi32(_mm256_castsi256_si128(even), _mm256_extracti128_si256(even, 1)));
}

/* LANES floats */
typedef __m256 floats;
#define FLOAD _mm256_loadu_ps
#define FSTORE _mm256_storeu_ps
#define FSET _mm256_set1_ps
#define FADD _mm256_add_ps
#define FSUB _mm256_sub_ps
#define FMUL _mm256_mul_ps
#define FDIV _mm256_div_ps
#define FMAX _mm256_max_ps
#define FMIN _mm256_min_ps
#define FROOT _mm256_sqrt_ps
#define FABS(v) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v)
#define TO_FLOAT _mm256_cvtepi32_ps
#define TO_INT _mm256_cvttps_epi32
#define SUB32 _mm256_sub_epi32
#define GATHER(from, at) _mm256_i32gather_epi32((const int *)(from), at, 2)
/* where a > b then one, else other */
#define IF_MORE(a, b, one, other) _mm256_blendv_ps(other, one, _mm256_cmp_ps(a, b, _CMP_GT_OQ))
/* 1 where a == b and c == d, else 0 */
#define ONE_IF_SAME(a, b, c, d)      \
    _mm256_and_ps(_mm256_set1_ps(1), \
                  _mm256_and_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ), _mm256_cmp_ps(c, d, _CMP_EQ_OQ)))
/* at - 1 where at == last */
#define STEP_BACK(at, last) _mm256_add_epi32(at, _mm256_cmpeq_epi32(at, last))

#include "eights.h"
#include "lanes.h"
#else
typedef int sift_avx2_is_for_x86_64;
#endif
