/* The truth: the blur of ThreatExchange's PDQ, one row at a time, in the reference's own order of float operations.
 *
 * The reference blurs the whole picture with a box along the rows, one down the columns, and both again, then keeps
 * 64 x 64 points. Its sums run: each takes one value in and one out, so every rounding leaves a trace to the end of
 * the row or column. Equal bits need the same sums; but they do not need the whole picture in memory. */
#include "pdq.h"

/* 0.299 R + 0.587 G + 0.114 B. The reference rounds a double to float; the correctly rounded quotient of the whole
 * thousandths is that same float, as no quotient of 1000 lies near the middle between two floats. */
void pdq_luma(const uint8_t *pixels, int width, int channels, float *out) {
    for (int x = 0; x < width; ++x, pixels += channels)
        out[x] = channels == 1 ? (float)pixels[0]
                               : (float)(299 * pixels[0] + 587 * pixels[1] + 114 * pixels[2]) / 1000.0f;
}

/* The box filter along one row of n values. */
static void box(const float *in, float *out, int n, int window, int lead) {
    float sum = 0;
    for (int step = 0; step < n + lead; ++step) {
        if (step < n) sum += in[step];
        if (step >= window) sum -= in[step - window];
        if (step >= lead) out[step - lead] = sum / (float)pdq_in_window(step - lead, n, window);
    }
}

/* One more row through the second filter down the columns, of which only the 64 sampled ones are needed. */
void pdq_sampled_row(pdq_t *p, const float sampled[PDQ_GRID]) {
    int step = p->row, row = step - 2 * p->lead_y;
    float *entering = p->ring2 + (size_t)(step % p->rows) * PDQ_GRID;
    const float *leaving = p->ring2 + (size_t)((step + p->rows - p->window_y) % p->rows) * PDQ_GRID;
    for (int j = 0; j < PDQ_GRID; ++j) {
        entering[j] = sampled[j];
        p->sum2[j] += entering[j];
        p->sum2[j] -= leaving[j];
    }
    if (row < 0 || row >= p->height) return;
    float size = (float)pdq_in_window(row, p->height, p->window_y);
    for (int i = 0; i < PDQ_GRID; ++i) {
        if (p->at_y[i] != row) continue;
        for (int j = 0; j < PDQ_GRID; ++j) p->grid[i][j] = p->sum2[j] / size;
    }
}

/* One row: along the row, down the columns, along the row again, and its 64 samples down the columns again. Blank
 * rows are zeros, and adding or taking away zero changes no sum. */
static void one_row(pdq_t *p, const uint8_t *pixels) {
    int step = p->row, row = step - p->lead_y;
    float *entering = p->ring + (size_t)(step % p->rows) * (size_t)p->columns;
    const float *leaving = p->ring + (size_t)((step + p->rows - p->window_y) % p->rows) * (size_t)p->columns;
    float sampled[PDQ_GRID] = {0};
    if (pixels) {
        pdq_luma(pixels, p->width, p->channels, p->line);
        box(p->line, entering, p->width, p->window_x, p->lead_x);
    } else {
        for (int x = 0; x < p->width; ++x) entering[x] = 0;
    }
    for (int x = 0; x < p->width; ++x) {
        p->sum[x] += entering[x];
        p->sum[x] -= leaving[x];
    }
    if (row >= 0 && row < p->height) {
        float size = (float)pdq_in_window(row, p->height, p->window_y);
        for (int x = 0; x < p->width; ++x) p->line[x] = p->sum[x] / size;
        box(p->line, p->line2, p->width, p->window_x, p->lead_x);
        for (int j = 0; j < PDQ_GRID; ++j) sampled[j] = p->line2[p->at_x[j]];
    }
    pdq_sampled_row(p, sampled);
    p->row++;
}

void pdq_serial_block(pdq_t *p, const uint8_t *rows, int count, ptrdiff_t stride) {
    for (int r = 0; r < PDQ_BLOCK; ++r) one_row(p, r < count ? rows + r * stride : 0);
}
