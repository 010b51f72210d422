/* The loops of lanes.h and sums.h for AVX2. */
#include "scene.h"
#if defined(__x86_64__)
#pragma GCC target("avx2")
#include <immintrin.h>
#define NAME(x) avx2_##x
#define VECTOR 32
#define DOT(one, other) _mm256_maddubs_epi16((__m256i)(one), (__m256i)(other))
#include "lanes.h"
#include "sums.h"

static int runs_here(void) { return __builtin_cpu_supports("avx2"); }

const scene_backend scene_avx2 = {"avx2", runs_here, avx2_nearest, avx2_apart, avx2_far};
#else
static int runs_here(void) { return 0; }

const scene_backend scene_avx2 = {"avx2", runs_here, 0, 0, 0};
#endif
