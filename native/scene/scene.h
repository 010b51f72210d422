/* Comparing pictures by local features (fingerprints/scene.py makes them). No Python here; module.c alone knows it.
 *
 * Distances are whole numbers; all else is double with + - * / and square root in one order, and tables made the same
 * way: two machines give the same answer. No libc beyond memory, no globals; a call brings its own memory. */
#ifndef HAVRE_SCENE_H
#define HAVRE_SCENE_H

#include <stddef.h>
#include <stdint.h>

enum {
    SCENE_PACKED = 24,       /* bytes of the numbers of a feature, two to a byte */
    SCENE_NUMBERS = 48,      /* of 0..15 each */
    SCENE_MOST = 4096,       /* features of one picture */
    SCENE_LONG = 32768,      /* units of place along the longer side of a picture */
    SCENE_OCTAVE = 16,       /* steps of size in an octave */
    SCENE_TURN = 256,        /* steps of a whole turn */
    SCENE_LANES = 32,        /* features compared at once */
    SCENE_HALF = 24,         /* numbers of a half, which has cells of its own */
    SCENE_CELLS = 1024,      /* of each half */
    SCENE_MOST_CELLS = 64,   /* pairs that can be asked for */
    SCENE_NONE = 0xffff,       /* no feature */
    SCENE_FARTHEST = 0x7fff,   /* farther than any two features */
};

/* A feature as fingerprints/scene.py packs it: 30 bytes. */
typedef struct {
    uint16_t x, y;
    uint8_t size, angle, numbers[SCENE_PACKED];
} scene_feature;

/* A feature in the index: 32 bytes. Places in 1/256 of the longer side. */
typedef struct {
    uint8_t numbers[SCENE_PACKED];
    uint8_t x, y, angle, size;
    uint32_t picture;
} scene_posting;

/* The centroids of one half of the numbers, two numbers of each side by side, and their squares. */
typedef struct {
    int16_t numbers[SCENE_HALF / 2][SCENE_CELLS][2];
    int32_t square[SCENE_CELLS];
} scene_half;

typedef struct {
    const char *name;
    int (*runs_here)(void);
    /* The two features of `known` nearest to each of `asked` (the second SCENE_NONE if there is only one), how far they
     * are, and the asked feature nearest to each known one. Of equally far ones the first. `blocks` is `known` from
     * scene_blocks; `back` and `back_apart` have room for its last block. */
    void (*nearest)(const scene_feature *asked, int asked_count, const int16_t *blocks, int known_count,
                    uint16_t (*found)[2], uint16_t (*apart)[2], uint16_t *back, uint16_t *back_apart);
    /* How far `count` postings are from the numbers asked for. */
    void (*apart)(const uint8_t *asked, const scene_posting *postings, size_t count, uint16_t *apart);
    /* How far half a feature's levels are from every centroid of that half, but for what all have: |c|^2 - 16 l.c, which
     * differs from |8 l - c|^2 by 64 |l|^2. `levels` lie between -15 and 15. */
    void (*far)(const scene_half *half, const int16_t *levels, int32_t *far);
} scene_backend;

extern const scene_backend scene_serial, scene_avx2, scene_avx512;

/* ---- verify.c: do two pictures show the same? ---- */

/* Width and height of a picture in units of place; the longer side is about SCENE_LONG. */
typedef struct {
    double width, height;
} scene_frame;

/* What is asked of an agreement (docs/decisions/0141). Lengths are shares of the longer side of the picture asked. */
typedef struct {
    double seeds;     /* how far from its place a match may lie that votes for another */
    double agreeing;  /* how far from its place a match may lie in the end */
} scene_tolerance;

typedef struct {
    double score;     /* minus log10 of how often as many agree by chance; below 0 where there is nothing */
    int points;       /* agreeing features, counted in distinct places of both pictures */
    double map[6];    /* known -> asked: x' = map[0] x + map[1] y + map[2], y' = map[3] x + map[4] y + map[5] */
    int count;
    uint16_t (*pairs)[2]; /* agreeing features: of the picture asked, of the known one */
} scene_agreement;

/* The best agreement for each of one or two tolerances. `pairs` of each result has room for SCENE_MOST. 0, or -1 without
 * memory. */
int scene_verify(const scene_feature *asked, int asked_count, scene_frame asked_frame, const scene_feature *known,
                 int known_count, scene_frame known_frame, uint16_t (*found)[2], uint16_t (*apart)[2],
                 const uint16_t *back, const scene_tolerance *tolerances, int ways, scene_agreement *results);

/* `known` in blocks of SCENE_LANES, two numbers of each side by side as bytes; needs scene_blocks_size(count) numbers. */
size_t scene_blocks_size(int count);
void scene_blocks(const scene_feature *known, int count, int16_t *blocks);

/* ---- cells.c: where to look for a feature ---- */

/* Centroids of both halves, SCENE_CELLS x SCENE_HALF each, as scene_nearest_cells wants them. */
void scene_lay_cells(const int8_t *centroids, scene_half halves[2]);

/* The `most` pairs of cells in which the like of a feature may lie, nearest first, as first * SCENE_CELLS + second. */
void scene_nearest_cells(const scene_backend *backend, const scene_half halves[2], const uint8_t *numbers, int most,
                         uint32_t *found);

/* ---- scan.c: which of many pictures may show the same? ---- */

typedef struct {
    const uint32_t *cells, *starts; /* occupied pairs of cells, ascending; where the postings of each start, and the end */
    size_t cell_count;
    const scene_posting *postings;
    size_t posting_count;
    const uint8_t *dead;            /* one byte a picture: whether it is gone */
    uint32_t picture_count;
} scene_volume;

typedef struct {
    uint32_t picture;
    uint32_t votes;
} scene_candidate;

typedef struct {
    uint32_t crowded;   /* postings from which on a cell says nothing */
    uint32_t nearest;   /* postings that each feature asked may vote for */
    uint32_t most;      /* candidates wanted */
} scene_breadth;

/* The pictures for which most features vote that agree in how they are turned, sized and placed; best first.
 * `cells` has `each` pairs of cells for every feature. The number of candidates, -1 without memory, -2 if the volume
 * contradicts itself where it is looked at: the picture of a posting is read only of those that are near enough.
 * `scanned` tells how many postings were compared. */
int scene_scan(const scene_backend *backend, const scene_volume *volume, const scene_feature *asked, int asked_count,
               const uint32_t *cells, int each, scene_breadth breadth, scene_candidate *candidates, uint64_t *scanned);

#endif
