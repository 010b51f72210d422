/* Random and hostile features, frames and tables through every backend, which must give what the serial one gives; the
 * sanitizers watch, every buffer has exactly its size. Usage: fuzz COUNT SEED. Exits 1 at the first difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

static const scene_backend *const BACKENDS[] = {&scene_serial, &scene_avx2, &scene_avx512};
enum { COUNT_OF_BACKENDS = 3 };
static uint64_t chance_state, digest = 14695981039346656037u;

static uint64_t chance(void) { /* splitmix64 */
    uint64_t z = chance_state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t limit) { return (uint32_t)(chance() % limit); }

static void *need(void *memory) {
    if (memory) return memory;
    fputs("fuzz: out of memory\n", stderr);
    exit(2);
}

static void fail(const char *what, const char *backend, unsigned long number) {
    fprintf(stderr, "fuzz: %s of %s differs in case %lu\n", what, backend, number);
    exit(1);
}

static void digested(const void *bytes, size_t count) {
    for (size_t k = 0; k < count; ++k) digest = (digest ^ ((const uint8_t *)bytes)[k]) * 1099511628211u;
}

/* ---- inputs ---- */

static scene_feature random_feature(int alike) {
    scene_feature f;
    for (size_t k = 0; k < sizeof f; ++k) ((uint8_t *)&f)[k] = (uint8_t)chance();
    f.x = (uint16_t)below(SCENE_LONG + 1), f.y = (uint16_t)below(SCENE_LONG + 1);
    if (alike) memset(f.numbers, (int)below(2) * 17, sizeof f.numbers);
    return f;
}

static scene_feature *features(int count, int alike) {
    scene_feature *made = need(malloc((size_t)count * sizeof *made + 1));
    for (int i = 0; i < count; ++i) made[i] = random_feature(alike);
    return made;
}

/* Some of `known`, moved, turned and sized together, with a number or two altered. */
static void plant(scene_feature *asked, int asked_count, const scene_feature *known, int known_count) {
    int turn = (int)below(SCENE_TURN) & 64, dx = (int)below(4000), steps = (int)below(8);
    for (int i = 0; i < asked_count && i < known_count; ++i) {
        if (below(3) == 0) continue;
        asked[i] = known[i];
        asked[i].x = (uint16_t)((known[i].x + dx) % (SCENE_LONG + 1));
        asked[i].angle = (uint8_t)(known[i].angle + turn), asked[i].size = (uint8_t)(known[i].size + steps);
        asked[i].numbers[below(SCENE_PACKED)] ^= (uint8_t)below(2);
    }
}

static scene_frame frame(void) {
    static const double sides[] = {0.5, 1, 100, 20000, SCENE_LONG, 2 * SCENE_LONG};
    return (scene_frame){sides[below(6)], sides[below(6)]};
}

/* ---- pairs of pictures ---- */

typedef struct {
    uint16_t (*found)[2], (*apart)[2], *back, *back_apart;
} nearest_of;

static nearest_of nearest(const scene_backend *b, const scene_feature *asked, int n, const int16_t *blocks, int m) {
    size_t padded = ((size_t)m + SCENE_LANES - 1) / SCENE_LANES * SCENE_LANES;
    nearest_of r = {need(malloc((size_t)n * 4 + 1)), need(malloc((size_t)n * 4 + 1)), need(malloc(padded * 2 + 1)),
                    need(malloc(padded * 2 + 1))};
    b->nearest(asked, n, blocks, m, r.found, r.apart, r.back, r.back_apart);
    return r;
}

static void give_back(nearest_of r) { free(r.found), free(r.apart), free(r.back), free(r.back_apart); }

static void try_pair(unsigned long number) {
    int n = (int)below(below(8) ? 120 : 600), m = (int)below(below(8) ? 120 : 600), alike = below(4) == 0;
    scene_feature *asked = features(n, alike), *known = features(m, alike);
    if (below(2)) plant(asked, n, known, m);
    int16_t *blocks = need(malloc(scene_blocks_size(m) * sizeof *blocks + 1));
    scene_blocks(known, m, blocks);
    nearest_of truth = nearest(BACKENDS[0], asked, n, blocks, m);
    for (int b = 1; b < COUNT_OF_BACKENDS; ++b) {
        if (!BACKENDS[b]->runs_here()) continue;
        nearest_of told = nearest(BACKENDS[b], asked, n, blocks, m);
        if (memcmp(told.found, truth.found, (size_t)n * 4) || memcmp(told.apart, truth.apart, (size_t)n * 4) ||
            memcmp(told.back, truth.back, (size_t)m * 2))
            fail("nearest", BACKENDS[b]->name, number);
        give_back(told);
    }
    scene_tolerance tolerance = {0.001 + below(100) / 500.0, 0.001};
    scene_frame known_frame = frame(), asked_frame = frame();
    scene_agreement agreement = {.pairs = need(malloc(SCENE_MOST * sizeof *agreement.pairs))};
    if (scene_verify(asked, n, asked_frame, known, m, known_frame, truth.found, truth.apart, truth.back, &tolerance, 1,
                     &agreement))
        exit(2);
    scene_tolerance both[2] = {{tolerance.seeds * 1.5, 0.015}, tolerance};
    if (both[0].seeds < both[0].agreeing) both[0].seeds = both[0].agreeing;
    scene_agreement together[2] = {{.pairs = need(malloc(SCENE_MOST * sizeof *agreement.pairs))},
                                   {.pairs = need(malloc(SCENE_MOST * sizeof *agreement.pairs))}};
    if (scene_verify(asked, n, asked_frame, known, m, known_frame, truth.found, truth.apart, truth.back, both, 2, together))
        exit(2);
    if (memcmp(&agreement.score, &together[1].score, sizeof agreement.score) || agreement.count != together[1].count ||
        memcmp(agreement.map, together[1].map, sizeof agreement.map) ||
        memcmp(agreement.pairs, together[1].pairs, (size_t)agreement.count * sizeof *agreement.pairs))
        fail("two tolerances at once", "serial", number);
    free(together[0].pairs), free(together[1].pairs);
    if (agreement.count > n || agreement.points > agreement.count) fail("agreement", "serial", number);
    digested(&agreement.score, sizeof agreement.score), digested(agreement.map, sizeof agreement.map);
    free(agreement.pairs), give_back(truth), free(blocks), free(asked), free(known);
}

/* ---- many pictures ---- */

static void try_volume(unsigned long number) {
    uint32_t pictures = below(40), postings = pictures ? below(2000) : 0, occupied = postings ? 1 + below(postings) : 0;
    int n = (int)below(40), each = 1 + (int)below(8), spoilt = below(6) == 0;
    scene_posting *p = need(malloc(postings * sizeof *p + 1));
    uint32_t *cells = need(malloc(occupied * 4 + 1)), *starts = need(malloc(((size_t)occupied + 1) * 4));
    uint8_t *dead = need(malloc(pictures + 1));
    for (uint32_t k = 0; k < postings; ++k) {
        scene_feature f = random_feature(below(2) == 0);
        memcpy(p[k].numbers, f.numbers, SCENE_PACKED);
        p[k].x = (uint8_t)chance(), p[k].y = (uint8_t)chance(), p[k].angle = f.angle, p[k].size = f.size;
        p[k].picture = spoilt && below(50) == 0 ? (uint32_t)chance() : below(pictures);
    }
    for (uint32_t k = 0; k < occupied; ++k) {
        cells[k] = k * 3, starts[k] = (uint32_t)((uint64_t)postings * k / occupied);
        if (spoilt && below(20) == 0) starts[k] = (uint32_t)chance();
    }
    starts[occupied] = postings;
    for (uint32_t k = 0; k < pictures; ++k) dead[k] = below(5) == 0;
    scene_feature *asked = features(n, below(2) == 0);
    uint32_t *wanted = need(malloc((size_t)n * each * 4 + 1));
    for (int k = 0; k < n * each; ++k) wanted[k] = below(occupied ? occupied * 3 : 5);
    scene_volume v = {cells, starts, occupied, p, postings, dead, pictures};
    scene_breadth breadth = {below(400), 1 + below(60), 1 + below(20)};
    scene_candidate truth[20], told[20];
    uint64_t compared, compared_too;
    int count = scene_scan(BACKENDS[0], &v, asked, n, wanted, each, breadth, truth, &compared);
    for (int b = 1; b < COUNT_OF_BACKENDS; ++b) {
        if (!BACKENDS[b]->runs_here()) continue;
        int found = scene_scan(BACKENDS[b], &v, asked, n, wanted, each, breadth, told, &compared_too);
        if (found != count || (count > 0 && memcmp(truth, told, (size_t)count * sizeof *told)) || compared != compared_too)
            fail("scan", BACKENDS[b]->name, number);
    }
    if (count == -1) exit(2);
    digested(&count, sizeof count);
    if (count > 0) digested(truth, (size_t)count * sizeof *truth);
    free(p), free(cells), free(starts), free(dead), free(asked), free(wanted);
}

int main(int argc, char **argv) {
    unsigned long count = argc > 1 ? strtoul(argv[1], 0, 10) : 1000;
    chance_state = argc > 2 ? strtoul(argv[2], 0, 10) : 1;
    for (unsigned long number = 0; number < count; ++number) {
        if (below(2)) try_pair(number);
        else try_volume(number);
    }
    printf("%lu cases, %016llx\n", count, (unsigned long long)digest);
    return 0;
}
