/* The weights of the filters between the layers. */
#include "exact.h"
#include "work.h"

#define FIRST_REACH 3.5 /* sigmas to each side after which the first filter is cut off */
#define REACH 2.5       /* the same for those after it, which are fitted */
#define NOISE 1e-3      /* of the power of a blurred picture, at every frequency */

static uint32_t weight_at(const sift_filter_t *f, int k) {
    return k < 0 || k > 2 * f->radius ? 0 : (uint32_t)(uint16_t)f->weights[k];
}

static void pair_weights(sift_filter_t *f) {
    for (int q = 0; q < SIFT_MAX_RADIUS + 3; ++q) {
        f->even[q] = weight_at(f, 2 * q - 2) | weight_at(f, 2 * q - 1) << 16;
        f->odd[q] = weight_at(f, 2 * q - 3) | weight_at(f, 2 * q - 2) << 16;
    }
}

static int reach(double sigma, double sigmas) {
    int radius = (int)(sigma * sigmas + 0.5);
    return radius < 1 ? 1 : radius > SIFT_MAX_RADIUS ? SIFT_MAX_RADIUS : radius;
}

/* From real weights that sum up to 1, or with `stuffed` the even and the odd ones each, to whole ones that do so too:
 * what rounding leaves goes to the middle. */
static void round_weights(sift_filter_t *f, const double *weights, int stuffed) {
    int radius = f->radius, left[2] = {1 << 15, 1 << 15};
    for (int k = radius; k >= 0; --k) {
        int phase = stuffed ? k % 2 : 0, last = k == 0 || (stuffed && k == 1);
        double scaled = weights[k] * (1 << 15);
        int weight = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        if (last) weight = k == 0 ? left[0] : left[1] / 2;
        f->weights[radius - k] = f->weights[radius + k] = (int16_t)weight;
        left[phase] -= 2 * weight;
    }
    pair_weights(f);
}

/* A Gaussian. Between the pixels of a stuffed row lie zeros, so of its weights only every second one meets a pixel. */
void sift_gaussian(sift_filter_t *f, double sigma, int stuffed) {
    double weights[SIFT_MAX_RADIUS + 1], sums[2] = {0};
    f->radius = reach(sigma, FIRST_REACH);
    for (int k = 0; k <= f->radius; ++k) {
        weights[k] = sift_exp(-(double)(k * k) / (2 * sigma * sigma));
        sums[stuffed ? k % 2 : 0] += k ? 2 * weights[k] : weights[k];
    }
    for (int k = 0; k <= f->radius; ++k) weights[k] /= sums[stuffed ? k % 2 : 0];
    round_weights(f, weights, stuffed);
}

enum { UNKNOWNS = SIFT_MAX_RADIUS + 2 };

/* Solves a system of n equations in place, row by row with the largest pivot; the right side is column n. */
static void solve(double rows[UNKNOWNS][UNKNOWNS + 1], int n) {
    for (int i = 0; i < n; ++i) {
        int pivot = i;
        for (int r = i + 1; r < n; ++r)
            if (rows[r][i] * rows[r][i] > rows[pivot][i] * rows[pivot][i]) pivot = r;
        for (int c = i; c <= n; ++c) {
            double value = rows[pivot][c];
            rows[pivot][c] = rows[i][c];
            rows[i][c] = value;
        }
        for (int r = 0; r < n; ++r) {
            if (r == i) continue;
            double share = rows[r][i] / rows[i][i];
            for (int c = i; c <= n; ++c) rows[r][c] -= share * rows[i][c];
        }
    }
    for (int i = 0; i < n; ++i) rows[i][n] /= rows[i][i];
}

/* The few weights that come nearest, in least squares, to what a Gaussian does to a picture that is already blurred by
 * `blurred` and has a little noise. Such a picture has few high frequencies, where a Gaussian cut off would be wrong:
 * with 2.5 sigmas to each side this is as near as a plain Gaussian with 3.5. With a power of exp(-(blurred f)^2) at
 * frequency f, the integrals of its cosines have this closed form; the last equation keeps the sum of weights at 1. */
void sift_fitted(sift_filter_t *f, double sigma, double blurred) {
    double rows[UNKNOWNS][UNKNOWNS + 1], weights[SIFT_MAX_RADIUS + 1];
    double own = 4 * blurred * blurred, both = own + 2 * sigma * sigma;
    int n = (f->radius = reach(sigma, REACH)) + 1;
    for (int i = 0; i < n; ++i) {
        double tap = sift_exp(-(double)(i * i) / (2 * sigma * sigma)) / (sigma * sift_root(2 * SIFT_PI));
        for (int j = 0; j < n; ++j)
            rows[i][j] = (sift_exp(-(i - j) * (i - j) / own) + sift_exp(-(i + j) * (i + j) / own)) / 2;
        rows[i][i] += i ? NOISE / 2 : NOISE;
        rows[i][n] = 1;
        rows[n][i] = 1;
        rows[i][n + 1] = sift_root(own / both) * sift_exp(-(i * i) / both) + NOISE * tap;
    }
    rows[n][n] = 0;
    rows[n][n + 1] = 1;
    solve(rows, n + 1);
    for (int k = 0; k < n; ++k) weights[k] = k ? rows[k][n + 1] / 2 : rows[k][n + 1];
    round_weights(f, weights, 0);
}
