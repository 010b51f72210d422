/* The operations of serial.c with 32 pixels or 16 floats at a time (x86-64 with AVX-512 BW, VL and VNNI). */
#include "sift.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512bw,avx512vl,avx512vnni,avx2")))
#define NAME(verb) sift_avx512_##verb
#define UNROLL _Pragma("GCC unroll 8")
enum { PIXELS = 32, LANES = 16, BITS = 1, AT_ONCE = 2 };

typedef __m512i ints;
#define LOAD(at) _mm512_load_si512(at)
#define LOADU(at) _mm512_loadu_si512(at)
#define STORE(at, v) _mm512_store_si512(at, v)
#define STOREU(at, v) _mm512_storeu_si512(at, v)
#define SET32 _mm512_set1_epi32
#define SET16 _mm512_set1_epi16
#define SUB16 _mm512_sub_epi16
#define MAX16 _mm512_max_epi16
#define MIN16 _mm512_min_epi16
#define ADD32 _mm512_add_epi32
#define MUL32 _mm512_mullo_epi32
#define AND _mm512_and_si512
#define OR _mm512_or_si512
#define LEFT32 _mm512_slli_epi32
#define RIGHT32 _mm512_srli_epi32
#define LOW16 _mm512_unpacklo_epi16
#define HIGH16 _mm512_unpackhi_epi16
#define PACK16 _mm512_packs_epi32
#define WIDEN(at) _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(at)))
#define DOT(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
/* A bit for each pixel that is >= most or <= fewest. */
TARGET static inline uint32_t sift_avx512_outermost(ints v, ints most, ints fewest) {
    return _mm512_cmpge_epi16_mask(v, most) | _mm512_cmple_epi16_mask(v, fewest);
}

TARGET static inline void sift_avx512_keep_even(ints pixels, int16_t *to) {
    _mm256_store_si256((__m256i *)to, _mm512_cvtepi32_epi16(pixels));
}

typedef __m512 floats;
#define FLOAD _mm512_loadu_ps
#define FSTORE _mm512_storeu_ps
#define FSET _mm512_set1_ps
#define FADD _mm512_add_ps
#define FSUB _mm512_sub_ps
#define FMUL _mm512_mul_ps
#define FDIV _mm512_div_ps
#define FMAX _mm512_max_ps
#define FMIN _mm512_min_ps
#define FROOT _mm512_sqrt_ps
#define FABS _mm512_abs_ps
#define TO_FLOAT _mm512_cvtepi32_ps
#define TO_INT _mm512_cvttps_epi32
#define SUB32 _mm512_sub_epi32
#define GATHER(from, at) _mm512_i32gather_epi32(at, from, 2)
#define IF_MORE(a, b, one, other) _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), other, one)
#define ONE_IF_SAME(a, b, c, d) \
    _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ) & _mm512_cmp_ps_mask(c, d, _CMP_EQ_OQ), _mm512_set1_ps(1))
#define STEP_BACK(at, last) \
    _mm512_mask_sub_epi32(at, _mm512_cmpeq_epi32_mask(at, last), at, _mm512_set1_epi32(1))

#include "eights.h"
#include "lanes.h"
#else
typedef int sift_avx512_is_for_x86_64;
#endif
