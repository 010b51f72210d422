/* What is done with 8 at a time on AVX-512 too: the luma of pixels, and what gradients count for. Included by avx2.c
 * and avx512.c. */

/* 299 R + 587 G + 114 B of 8 pixels, in 1/128 of a level. */
TARGET static inline __m256i NAME(weighed)(__m256i pixels, __m256i red_blue, __m256i green) {
    __m256i thousandths = _mm256_add_epi32(
        _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, red_blue), _mm256_set1_epi32(114 << 16 | 299)),
        _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, green), _mm256_set1_epi32(587)));
    return _mm256_srli_epi32(
        _mm256_add_epi32(_mm256_mullo_epi32(thousandths, _mm256_set1_epi32(16777)), _mm256_set1_epi32(65536)), 17);
}

TARGET static inline __m256i NAME(rgbx)(const uint8_t *at) {
    const __m256i red_blue = _mm256_setr_epi8(0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14, -1,
                                              0, -1, 2, -1, 4, -1, 6, -1, 8, -1, 10, -1, 12, -1, 14, -1);
    const __m256i green = _mm256_setr_epi8(1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1,
                                           1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1);
    return NAME(weighed)(_mm256_loadu_si256((const __m256i *)at), red_blue, green);
}

/* Reads 28 bytes: 4 more than 8 pixels have. */
TARGET static inline __m256i NAME(rgb)(const uint8_t *at) {
    const __m256i red_blue = _mm256_setr_epi8(0, -1, 2, -1, 3, -1, 5, -1, 6, -1, 8, -1, 9, -1, 11, -1,
                                              0, -1, 2, -1, 3, -1, 5, -1, 6, -1, 8, -1, 9, -1, 11, -1);
    const __m256i green = _mm256_setr_epi8(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1,
                                           1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1);
    __m256i pixels = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)at)),
                                             _mm_loadu_si128((const __m128i *)(at + 12)), 1);
    return NAME(weighed)(pixels, red_blue, green);
}

TARGET static inline __m256i NAME(grey)(const uint8_t *at) {
    return _mm256_slli_epi32(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)at)), 7);
}

TARGET static inline void NAME(add)(uint32_t *sums, __m256i luma, __m256i weight) {
    __m256i sum = _mm256_loadu_si256((const __m256i *)sums);
    _mm256_storeu_si256((__m256i *)sums, _mm256_add_epi32(sum, _mm256_mullo_epi32(luma, weight)));
}

void sift_serial_luma(const uint8_t *, int, int, uint32_t, uint32_t *);

TARGET void NAME(luma)(const uint8_t *pixels, int width, int channels, uint32_t weight, uint32_t *sums) {
    __m256i w = _mm256_set1_epi32((int)weight);
    int x = 0;
    if (channels == 1)
        for (; x + 8 <= width; x += 8)
            NAME(add)(sums + x, NAME(grey)(pixels + x), w);
    if (channels == 3)
        for (; x + 10 <= width; x += 8) NAME(add)(sums + x, NAME(rgb)(pixels + 3 * x), w);
    if (channels == 4)
        for (; x + 8 <= width; x += 8) NAME(add)(sums + x, NAME(rgbx)(pixels + 4 * x), w);
    sift_serial_luma(pixels + x * channels, width - x, channels, weight, sums + x);
}

/* The sums of 24 products for each of 8 directions, in the order of serial.c. All weights but 16 from `from` are 0. */
TARGET static inline __m256 NAME(weighed_rows)(const float (*rows)[SIFT_GRID], const float *weights, int from) {
    __m256 t[8], first = _mm256_loadu_ps(weights + from), second = _mm256_loadu_ps(weights + from + 8);
    UNROLL for (int o = 0; o < 8; ++o)
        t[o] = _mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(rows[o] + from), first),
                             _mm256_mul_ps(_mm256_loadu_ps(rows[o] + from + 8), second));
    UNROLL for (int o = 0; o < 4; ++o)
        t[o] = _mm256_add_ps(_mm256_permute2f128_ps(t[o], t[o + 4], 0x20),
                             _mm256_permute2f128_ps(t[o], t[o + 4], 0x31));
    UNROLL for (int o = 0; o < 4; o += 2)
        t[o] = _mm256_add_ps(_mm256_shuffle_ps(t[o], t[o + 1], 0x44), _mm256_shuffle_ps(t[o], t[o + 1], 0xee));
    return _mm256_hadd_ps(t[0], t[2]);
}

/* The first two columns of cells have no weight in the last third of the samples, the others none in the first. */
TARGET static void NAME(pool_columns)(const float cell[4][SIFT_GRID], const float (*rows)[8][SIFT_GRID],
                                      float *numbers) {
    for (int r = 0; r < 4; ++r) {
        for (int c = 0; c < 4; ++c) {
            __m256 sums = NAME(weighed_rows)(rows[r], cell[c], c < 2 ? 0 : 8);
            float *to = numbers + (r * 4 + c) * 8;
            _mm256_storeu_ps(to, _mm256_add_ps(_mm256_loadu_ps(to), sums));
        }
    }
}

/* What 8 gradients count for each direction: those that count nothing for it add 0, which changes no sum. */
TARGET static inline void NAME(shares)(const float *length, const float *direction, __m256 counts[8]) {
    __m256 angle = _mm256_loadu_ps(direction), whole = _mm256_loadu_ps(length), is[8];
    __m256i eighth = _mm256_cvttps_epi32(angle);
    __m256 second = _mm256_mul_ps(whole, _mm256_sub_ps(angle, _mm256_cvtepi32_ps(eighth)));
    __m256 first = _mm256_sub_ps(whole, second);
    eighth = _mm256_and_si256(eighth, _mm256_set1_epi32(7));
    UNROLL for (int o = 0; o < 8; ++o) is[o] = _mm256_castsi256_ps(_mm256_cmpeq_epi32(eighth, _mm256_set1_epi32(o)));
    UNROLL for (int o = 0; o < 8; ++o)
        counts[o] = _mm256_or_ps(_mm256_and_ps(is[o], first), _mm256_and_ps(is[(o + 7) & 7], second));
}

TARGET void NAME(pool)(const float cell[4][SIFT_GRID], const float *length, const float *direction, float *numbers) {
    float rows[4][8][SIFT_GRID] __attribute__((aligned(32))) = {{{0}}};
    for (int at = SIFT_GRID; at < SIFT_GRID * (SIFT_GRID - 1); at += 8) {
        int x = at % SIFT_GRID, y = at / SIFT_GRID;
        __m256 counts[8];
        NAME(shares)(length + at, direction + at, counts);
        for (int r = 0; r < 4; ++r) {
            if (cell[r][y] == 0) continue;
            __m256 weight = _mm256_set1_ps(cell[r][y]);
            UNROLL for (int o = 0; o < 8; ++o) {
                float *to = rows[r][o] + x;
                _mm256_store_ps(to, _mm256_add_ps(_mm256_load_ps(to), _mm256_mul_ps(counts[o], weight)));
            }
        }
    }
    NAME(pool_columns)(cell, (const float(*)[8][SIFT_GRID])rows, numbers);
}
