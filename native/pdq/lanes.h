/* The blur of serial.c, LANES rows and columns at a time. Included by avx2.c and avx512.c, which define the vectors.
 *
 * A running sum cannot be split, but LANES of them run side by side: along the rows a vector holds one column of
 * LANES rows, down the columns one row of LANES columns, and a transposition in registers leads from one to the
 * other. Each lane makes the reference's float operations in the reference's order, so all bits are equal.
 *
 * The picture goes by in tiles of LANES x LANES. What leaves a filter is `lead` pixels behind what enters it, so
 * columns and rows are counted by what enters; where nothing has come out yet, or no more, the inverse of the
 * window's size is 0, the mean becomes 0, and blank pixels change no sum. */

typedef struct {
    vec sum;       /* of what is in the window, a row in each lane */
    float *ring;   /* the last columns that entered, LANES rows each; the first LANES columns once more at its end */
    int size;      /* columns in the ring: a power of two */
    int window;
} ROW_FILTER;

/* sum / size, correctly rounded, with 1/size = inverse + rest to twice a float's precision. A quotient of a float by
 * a whole number up to 1000 lies at least 2^-11 of a unit from the middle of two floats, and this is off by less than
 * 2^-20 of one before it is rounded. fuzz.c compares it with the division. */
TARGET static inline vec NAME(mean)(vec sum, vec inverse, vec rest) { return FMA(sum, inverse, MUL(sum, rest)); }

/* LANES columns through a filter along the rows: in place, the sums of the window after each. */
TARGET static inline void NAME(along_rows)(ROW_FILTER *f, vec tile[LANES], int column) {
    int slot = column & (f->size - 1);
    float *entering = f->ring + slot * LANES;
    const float *leaving = f->ring + ((column - f->window) & (f->size - 1)) * LANES;
    vec sum = f->sum;
    UNROLL for (int k = 0; k < LANES; ++k) STORE(entering + k * LANES, tile[k]);
    if (slot == 0) {
        UNROLL for (int k = 0; k < LANES; ++k) STORE(entering + (f->size + k) * LANES, tile[k]);
    }
    UNROLL for (int k = 0; k < LANES; ++k) {
        sum = SUB(ADD(sum, tile[k]), LOAD(leaving + k * LANES));
        tile[k] = sum;
    }
    f->sum = sum;
}

/* The luma of LANES rows at one tile, a row in each vector; what lies outside the picture is zero. */
TARGET static inline void NAME(luma_tile)(const pdq_t *p, const uint8_t *rows, int count, ptrdiff_t stride, int column,
                                          vec tile[LANES]) {
    vec inverse = SET1(1.0f / 1000), rest = SET1((float)(1.0 / 1000 - (double)(1.0f / 1000)));
    int there = p->width - column;
    if (there >= LANES + SPARE && count == LANES) {
        const uint8_t *at = rows + (ptrdiff_t)column * p->channels;
        if (p->channels == 1) {
            UNROLL for (int r = 0; r < LANES; ++r, at += stride) tile[r] = NAME(grey)(at);
            return;
        }
        if (p->channels == 3) {
            UNROLL for (int r = 0; r < LANES; ++r, at += stride) tile[r] = NAME(rgb)(at);
        } else {
            UNROLL for (int r = 0; r < LANES; ++r, at += stride) tile[r] = NAME(rgbx)(at);
        }
        UNROLL for (int r = 0; r < LANES; ++r) tile[r] = NAME(mean)(tile[r], inverse, rest);
        return;
    }
    float edge[LANES * LANES] = {0};
    int width = there < LANES ? there : LANES;
    for (int r = 0; r < count && width > 0; ++r)
        pdq_luma(rows + r * stride + (ptrdiff_t)column * p->channels, width, p->channels, edge + r * LANES);
    for (int r = 0; r < LANES; ++r) tile[r] = LOADU(edge + r * LANES);
}

/* One row of a ring, as it enters and leaves the filter down the columns, and the inverse of the window's size. */
typedef struct {
    float *entering;
    const float *leaving;
    float inverse, rest;
} RING_ROW;

/* LANES rows through the first filter down the columns, at one tile: in the rows that entered, out the means. */
TARGET static inline void NAME(down_columns)(float *sums, int column, const RING_ROW ring[LANES], vec tile[LANES]) {
    vec sum = LOAD(sums + column);
    UNROLL for (int r = 0; r < LANES; ++r) {
        STORE(ring[r].entering + column, tile[r]);
        sum = SUB(ADD(sum, tile[r]), LOAD(ring[r].leaving + column));
        tile[r] = NAME(mean)(sum, SET1(ring[r].inverse), SET1(ring[r].rest));
    }
    STORE(sums + column, sum);
}

/* Where the next LANES rows enter and leave the ring, and by how much their sums are to be divided. */
static inline void NAME(ring_rows)(const pdq_t *p, RING_ROW ring[LANES]) {
    for (int r = 0; r < LANES; ++r) {
        int step = p->row + r, row = step - p->lead_y;
        ring[r].entering = p->ring + (size_t)(step % p->rows) * (size_t)p->columns;
        ring[r].leaving = p->ring + (size_t)((step + p->rows - p->window_y) % p->rows) * (size_t)p->columns;
        ring[r].inverse = ring[r].rest = 0;
        if (row >= 0 && row < p->height)
            pdq_inverse(pdq_in_window(row, p->height, p->window_y), &ring[r].inverse, &ring[r].rest);
    }
}

/* Those of the 64 sampled columns that the filter has reached in this tile; returns how many there are up to here. */
static inline int NAME(sample)(const pdq_t *p, int done, int column, const float sums[LANES * LANES],
                               float sampled[LANES][PDQ_GRID]) {
    for (; done < PDQ_GRID && p->at_x[done] + 2 * p->lead_x < column + LANES; ++done) {
        const float *sum = sums + (p->at_x[done] + 2 * p->lead_x - column) * LANES;
        float size = (float)pdq_in_window(p->at_x[done], p->width, p->window_x);
        for (int r = 0; r < LANES; ++r) sampled[r][done] = sum[r] / size;
    }
    return done;
}

/* LANES rows; `count` of them are the picture's and the others blank. */
TARGET static void NAME(lanes)(pdq_t *p, const uint8_t *rows, int count, ptrdiff_t stride) {
    RING_ROW ring[LANES];
    float sums[LANES * LANES], sampled[LANES][PDQ_GRID];
    vec tile[LANES];
    ROW_FILTER first = {SET1(0), p->line, p->ring_x, p->window_x}, second = {SET1(0), p->line2, p->ring_x, p->window_x};
    for (int k = 0; k < (p->ring_x + LANES) * LANES; ++k) p->line[k] = p->line2[k] = 0;
    NAME(ring_rows)(p, ring);
    for (int column = 0, done = 0; column < p->columns; column += LANES) {
        NAME(luma_tile)(p, rows, count, stride, column, tile);
        NAME(transpose)(tile);
        NAME(along_rows)(&first, tile, column);
        UNROLL for (int k = 0; k < LANES; ++k)
            tile[k] = NAME(mean)(tile[k], SET1(p->inverse_x[column + k]), SET1(p->rest_x[column + k]));
        NAME(transpose)(tile);
        NAME(down_columns)(p->sum, column, ring, tile);
        NAME(transpose)(tile);
        NAME(along_rows)(&second, tile, column);
        if (done == PDQ_GRID || p->at_x[done] + 2 * p->lead_x >= column + LANES) continue;
        UNROLL for (int k = 0; k < LANES; ++k) STOREU(sums + k * LANES, tile[k]);
        done = NAME(sample)(p, done, column, sums, sampled);
    }
    for (int r = 0; r < LANES; ++r, ++p->row) pdq_sampled_row(p, sampled[r]);
}

TARGET void NAME(block)(pdq_t *p, const uint8_t *rows, int count, ptrdiff_t stride) {
    for (int done = 0; done < PDQ_BLOCK; done += LANES) {
        int left = count - done;
        NAME(lanes)(p, left > 0 ? rows + done * stride : 0, left < 0 ? 0 : left > LANES ? LANES : left, stride);
    }
}
