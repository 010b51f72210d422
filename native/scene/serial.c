/* The truth: the loops as any processor runs them. */
#define NAME(x) serial_##x
#define VECTOR 16
#include "lanes.h"

static int runs_here(void) { return 1; }

const scene_backend scene_serial = {"serial", runs_here, serial_nearest, serial_apart};
