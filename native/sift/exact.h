/* Functions made of + - * / and square root alone, so that every machine gives the same bits. */
#ifndef HAVRE_SIFT_EXACT_H
#define HAVRE_SIFT_EXACT_H

#include <stdint.h>

#define SIFT_PI 3.14159265358979323846

static inline double sift_root(double x) { return __builtin_sqrt(x); }
static inline float sift_rootf(float x) { return __builtin_sqrtf(x); }

/* e^x for -700 < x < 700, to 2 units of the last place: 2^n e^r with |r| <= ln 2 / 2, and Taylor's series. */
static inline double sift_exp(double x) {
    static const double inverse[] = {
        1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,       1.0 / 720,
        1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
    };
    double scaled = x * 1.44269504088896340736;
    int64_t n = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double r = (x - (double)n * 0x1.62e42feep-1) - (double)n * 0x1.a39ef35793c76p-33, sum = inverse[13];
    for (int k = 12; k >= 0; --k) sum = sum * r + inverse[k];
    union {
        uint64_t bits;
        double value;
    } power = {(uint64_t)(1023 + n) << 52};
    return sum * power.value;
}

static inline double sift_exp2(double x) { return sift_exp(x * 0.69314718055994530942); }

/* Cosine and sine of 0..360 degrees, to 2e-15: the nearest multiple of 90 is taken off, and Taylor's series. */
static inline void sift_turn(float degrees, double *cosine, double *sine) {
    int quarter = (int)(degrees / 90 + 0.5f);
    double r = ((double)degrees - 90.0 * quarter) * (SIFT_PI / 180), square = r * r, c = 1, s = 1;
    for (int k = 16; k > 0; k -= 2) {
        c = 1 - c * square / (k * (k - 1));
        s = 1 - s * square / (k * (k + 1));
    }
    s *= r;
    *cosine = quarter % 4 == 0 ? c : quarter % 4 == 1 ? -s : quarter % 4 == 2 ? -c : s;
    *sine = quarter % 4 == 0 ? s : quarter % 4 == 1 ? c : quarter % 4 == 2 ? -s : -c;
}

/* The polynomial t P(t^2) nearest to atan(t) * 4 / pi in 0..1: off by at most 2.3e-6, a ten-thousandth of a degree. */
#define SIFT_ATAN_0 0x1.45f11ap+0f
#define SIFT_ATAN_1 -0x1.b1aa88p-2f
#define SIFT_ATAN_2 0x1.f89b3ep-3f
#define SIFT_ATAN_3 -0x1.2f71d4p-3f
#define SIFT_ATAN_4 0x1.12477ap-4f
#define SIFT_ATAN_5 -0x1.e82044p-7f
#define SIFT_TINY 1e-30f /* below any gradient that is not 0 */

/* The direction of (x, y) in eighths of a turn, 0..8 from the x axis to the y axis; 0 for (0, 0). */
static inline float sift_eighths(float x, float y) {
    float ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
    float most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    float t = least / (most > SIFT_TINY ? most : SIFT_TINY), s = t * t;
    float a = t * (((((SIFT_ATAN_5 * s + SIFT_ATAN_4) * s + SIFT_ATAN_3) * s + SIFT_ATAN_2) * s + SIFT_ATAN_1) * s
                   + SIFT_ATAN_0);
    if (ay > ax) a = 2 - a;
    if (x < 0) a = 4 - a;
    if (y < 0) a = 8 - a;
    return a;
}

#endif
