/* From the picture's pixels to its luma, reduced to the size that is searched. */
#include "work.h"

void sift_reduced(int width, int height, int side, int *reduced_width, int *reduced_height) {
    int64_t longest = width > height ? width : height;
    *reduced_width = width, *reduced_height = height;
    if (longest <= side) return;
    *reduced_width = (int)((2 * (int64_t)width * side + longest) / (2 * longest));
    *reduced_height = (int)((2 * (int64_t)height * side + longest) / (2 * longest));
    if (*reduced_width < 1) *reduced_width = 1;
    if (*reduced_height < 1) *reduced_height = 1;
}

/* How much of pixel `at` of n lies in pixel `reduced` of m, in units of which a reduced pixel has n. */
static int64_t shared(int64_t at, int64_t reduced, int64_t n, int64_t m) {
    int64_t from = at * m > reduced * n ? at * m : reduced * n;
    int64_t to = (at + 1) * m < (reduced + 1) * n ? (at + 1) * m : (reduced + 1) * n;
    return to - from;
}

/* One row of the reduced picture: each pixel the mean of what it covers, rounded once. `sums` holds the means down the
 * columns, in units of 1/height. */
static void reduce_row(const work_t *w, int16_t *out) {
    int64_t n = w->picture_width, m = w->source.width, area = n * w->picture_height;
    for (int64_t x = 0; x < m; ++x) {
        int64_t from = x * n / m, to = ((x + 1) * n + m - 1) / m;
        uint64_t sum = 0;
        for (int64_t at = from; at < to; ++at) sum += (uint64_t)w->sums[at];
        sum *= (uint64_t)m;
        sum -= (uint64_t)w->sums[from] * (uint64_t)(m - shared(from, x, n, m));
        if (to - 1 > from) sum -= (uint64_t)w->sums[to - 1] * (uint64_t)(m - shared(to - 1, x, n, m));
        out[x] = (int16_t)((sum + (uint64_t)area / 2) / (uint64_t)area);
    }
}

void sift_read(work_t *w, const uint8_t *pixels, int channels, ptrdiff_t stride) {
    int width = w->picture_width, n = w->picture_height, m = w->source.height;
    int whole = w->source.width == width && m == n;
    for (int y = 0; y < m; ++y) {
        int16_t *out = sift_row(&w->source, y);
        int from = (int)((int64_t)y * n / m), to = (int)(((int64_t)(y + 1) * n + m - 1) / m);
        for (int x = 0; x < width; ++x) w->sums[x] = 0;
        for (int row = from; row < to; ++row) {
            uint32_t weight = whole ? 1 : (uint32_t)shared(row, y, n, m);
            w->backend->luma(pixels + row * stride, width, channels, weight, w->sums);
        }
        if (whole)
            for (int x = 0; x < width; ++x) out[x] = (int16_t)w->sums[x];
        else
            reduce_row(w, out);
    }
    w->source.done = m;
}
