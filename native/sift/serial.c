/* The truth: every operation that has a faster version, in plain C. */
#include "exact.h"
#include "sift.h"

/* (299 R + 587 G + 114 B) / 1000 in 1/128 of a level: 16777 / 2^17 is .128 so nearly that grey stays grey. */
void sift_serial_luma(const uint8_t *pixels, int width, int channels, uint32_t weight, uint32_t *sums) {
    for (int x = 0; x < width; ++x, pixels += channels) {
        uint32_t luma = (uint32_t)pixels[0] * SIFT_ONE;
        if (channels > 1) luma = ((299u * pixels[0] + 587u * pixels[1] + 114u * pixels[2]) * 16777u + 65536u) >> 17;
        sums[x] += weight * luma;
    }
}

static int16_t rounded(int32_t sum) { return (int16_t)((sum + (1 << 14)) >> 15); }

/* Down the columns into `line`, then along it: whole numbers, rounded twice. Beyond the ends the row is mirrored. */
static void blurred_row(const sift_filter_t *f, const int16_t *const *rows, int width, int stuffed, int16_t *out,
                        int16_t *line) {
    int radius = f->radius, taps = 2 * radius + 1, step = stuffed ? 2 : 1;
    int16_t *middle = line + radius;
    for (int x = 0; x < width; ++x) {
        int32_t sum = 0;
        if (x % step == 0)
            for (int k = 0; k < taps; ++k) sum += f->weights[k] * rows[k][x / step];
        middle[x] = rounded(sum);
    }
    sift_mirror_ends(middle, width, radius);
    for (int x = 0; x < width; ++x) {
        int32_t sum = 0;
        for (int k = 0; k < taps; ++k) sum += f->weights[k] * line[x + k];
        out[x] = rounded(sum);
    }
}

void sift_serial_blur(const sift_filter_t *f, const int16_t *const *rows, int width, int stuffed, int16_t *const *out,
                      int16_t *line) {
    for (int j = 0; j < SIFT_BLOCK; ++j) blurred_row(f, rows + j, width, stuffed, out[j], line);
}

void sift_serial_halve(const int16_t *from, int width, int16_t *to) {
    for (int x = 0; x < width; ++x) to[x] = from[2 * x];
}

static int is_extremum(const int16_t *const (*rows)[SIFT_BLOCK + 2], int s, int row, int x, int least) {
    int value = rows[s + 1][row + 1][x] - rows[s][row + 1][x], sign = value < 0 ? -1 : 1;
    if (value * sign < least) return 0;
    for (int g = s - 1; g <= s + 1; ++g)
        for (int r = row; r < row + 3; ++r)
            for (int c = x - 1; c <= x + 1; ++c)
                if ((rows[g + 1][r][c] - rows[g][r][c]) * sign > value * sign) return 0;
    return 1;
}

int sift_serial_extrema(const int16_t *const (*rows)[SIFT_BLOCK + 2], int layers, int height, int from, int to,
                        int least, uint32_t *found, int16_t *line) {
    int count = 0;
    (void)line;
    for (int row = 0; row < height; ++row)
        for (int s = 1; s <= layers; ++s)
            for (int x = from; x < to; ++x)
                if (is_extremum(rows, s, row, x, least))
                    found[count++] = (uint32_t)row << 28 | (uint32_t)s << 24 | (uint32_t)x;
    return count;
}

/* The nearest position that lies between two pixels. */
static float held(float at, int side) {
    float last = (float)(side - 1);
    return at < 0 ? 0 : at > last ? last : at;
}

static float between(float one, float other, float share) { return one + share * (other - one); }

void sift_serial_sample(const sift_layer_t *layer, const sift_grid_t *grid, float x, float y, float across, float down,
                        float *samples, float *inside) {
    for (int i = 0; i < grid->count; ++i) {
        float u = grid->u[i], v = grid->v[i];
        float at_x = (x - v * down) + u * across, at_y = (y + v * across) + u * down;
        float in_x = held(at_x, layer->width), in_y = held(at_y, layer->height);
        int left = (int)in_x, top = (int)in_y;
        left -= left == layer->width - 1, top -= top == layer->height - 1;
        const int16_t *p = layer->pixels + top * layer->stride + left, *below = p + layer->stride;
        float share_x = in_x - (float)left, share_y = in_y - (float)top;
        samples[i] = between(between(p[0], p[1], share_x), between(below[0], below[1], share_x), share_y);
        if (inside) inside[i] = in_x == at_x && in_y == at_y ? 1 : 0;
    }
}

void sift_serial_polar(const float *samples, int side, float *length, float *direction) {
    for (int i = side; i < side * (side - 1); ++i) {
        float x = samples[i + 1] - samples[i - 1], y = samples[i - side] - samples[i + side];
        length[i] = sift_rootf(x * x + y * y);
        direction[i] = sift_eighths(x, y);
    }
}

/* Sum of 24 products in the order that 8 lanes give. */
static float weighed(const float *values, const float *weights) {
    float t[8];
    for (int j = 0; j < 8; ++j)
        t[j] = values[j] * weights[j] + values[8 + j] * weights[8 + j] + values[16 + j] * weights[16 + j];
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/* Each gradient counts for the two directions nearest to its own and for up to two rows and two columns of cells. */
void sift_serial_pool(const float cell[4][SIFT_GRID], const float *length, const float *direction, float *numbers) {
    float rows[4][8][SIFT_GRID] = {{{0}}};
    for (int y = 1; y < SIFT_GRID - 1; ++y) {
        for (int x = 0; x < SIFT_GRID; ++x) {
            float angle = direction[y * SIFT_GRID + x], whole = length[y * SIFT_GRID + x];
            int eighth = (int)angle;
            float second = whole * (angle - (float)eighth), first = whole - second;
            for (int r = 0; r < 4; ++r) {
                rows[r][eighth & 7][x] += first * cell[r][y];
                rows[r][(eighth + 1) & 7][x] += second * cell[r][y];
            }
        }
    }
    for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 4; ++c)
            for (int o = 0; o < 8; ++o) numbers[(r * 4 + c) * 8 + o] += weighed(rows[r][o], cell[c]);
}
