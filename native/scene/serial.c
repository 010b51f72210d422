/* The truth: the loops as any processor runs them. */
#define NAME(x) serial_##x
#define VECTOR 16
#define DOT(one, other) ((one & 255) * (other & 255) + (one >> 8) * (other >> 8))
#include "lanes.h"

static void serial_apart(const uint8_t *asked, const scene_posting *postings, size_t count, uint16_t *apart) {
    uint8_t low[sizeof(scene_posting)] = {0}, high[sizeof(scene_posting)] = {0}, mask[sizeof(scene_posting)] = {0};
    for (int k = 0; k < SCENE_PACKED; ++k) low[k] = asked[k] & 15, high[k] = asked[k] >> 4, mask[k] = 15;
    for (size_t at = 0; at < count; ++at) {
        const uint8_t *bytes = (const uint8_t *)(postings + at);
        int sum = 0;
        for (size_t k = 0; k < sizeof(scene_posting); ++k) {
            int16_t one = (int16_t)((bytes[k] & mask[k]) - low[k]), other = (int16_t)(((bytes[k] >> 4) & mask[k]) - high[k]);
            sum += (int16_t)(one * one) + (int16_t)(other * other);
        }
        apart[at] = (uint16_t)sum;
    }
}

static void serial_far(const scene_half *half, const int16_t *levels, int32_t *far) {
    memcpy(far, half->square, sizeof half->square);
    for (int k = 0; k < SCENE_HALF / 2; ++k)
        for (int j = 0; j < SCENE_CELLS; ++j)
            far[j] -= 16 * (levels[2 * k] * half->numbers[k][j][0] + levels[2 * k + 1] * half->numbers[k][j][1]);
}

static int runs_here(void) { return 1; }

const scene_backend scene_serial = {"serial", runs_here, serial_nearest, serial_apart, serial_far};
