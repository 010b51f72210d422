/* The loops of lanes.h and sums.h for AVX-512 (BW, VL). */
#include "scene.h"
#if defined(__x86_64__)
#pragma GCC target("avx512bw,avx512vl,prefer-vector-width=512")
#include <immintrin.h>
#define NAME(x) avx512_##x
#define VECTOR 64
#define DOT(one, other) _mm512_maddubs_epi16((__m512i)(one), (__m512i)(other))
#include "lanes.h"
#include "sums.h"

static int runs_here(void) { return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"); }

const scene_backend scene_avx512 = {"avx512", runs_here, avx512_nearest, avx512_apart, avx512_far};
#else
static int runs_here(void) { return 0; }

const scene_backend scene_avx512 = {"avx512", runs_here, 0, 0, 0};
#endif
