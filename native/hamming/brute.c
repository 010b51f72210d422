/* Lists of hits, and the flat scans that need no index. */
#include "hamming/hamming.h"

#include <stdlib.h>

int hits_add(hits *found, uint32_t query, uint32_t row, uint32_t distance) {
    if (found->count == found->room) {
        size_t room = found->room ? found->room * 2 : 256;
        if (room > SIZE_MAX / sizeof(hit)) return NO_MEMORY;
        hit *items = realloc(found->items, room * sizeof(hit));
        if (!items) return NO_MEMORY;
        found->items = items;
        found->room = room;
    }
    found->items[found->count++] = (hit){query, row, distance};
    return FINE;
}

void hits_free(hits *found) {
    free(found->items);
    *found = (hits){0};
}

int brute_within(backend const *with, uint8_t const *rows, size_t count, uint8_t const *queries, uint32_t asked,
                 int radius, hits *found) {
    for (uint32_t query = 0; query < asked; query++) {
        hash256 hash = hash_at(queries, query);
        int state = with->within(rows, count, 0, query, &hash, radius, found);
        if (state != FINE) return state;
    }
    return FINE;
}

/* The k nearest of one query: count the rows at each distance, find the smallest distance that holds k of them, then
 * take rows in order. Ties at that distance go to the lowest row, so the answer is one and the same everywhere. */
static int nearest_of(uint16_t const *distances, size_t count, uint32_t query, size_t nearest, hits *found) {
    size_t at[HASH_BITS + 1] = {0}, taken = 0;
    for (size_t row = 0; row < count; row++) at[distances[row]]++;
    for (unsigned distance = 0; distance <= HASH_BITS && taken < nearest; distance++) {
        if (!at[distance]) continue;
        for (size_t row = 0; row < count && taken < nearest; row++) {
            if (distances[row] != distance) continue;
            if (hits_add(found, query, (uint32_t)row, distance) != FINE) return NO_MEMORY;
            taken++;
            if (!--at[distance]) break;
        }
    }
    return FINE;
}

int brute_nearest(backend const *with, uint8_t const *rows, size_t count, uint8_t const *queries, uint32_t asked,
                  size_t nearest, hits *found) {
    if (!count || !nearest) return FINE;
    uint16_t *distances = malloc(count * sizeof *distances);
    if (!distances) return NO_MEMORY;
    int state = FINE;
    for (uint32_t query = 0; query < asked && state == FINE; query++) {
        hash256 hash = hash_at(queries, query);
        with->distances(rows, count, &hash, distances);
        state = nearest_of(distances, count, query, nearest, found);
    }
    free(distances);
    return state;
}
