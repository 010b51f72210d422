/* Forced in front of the backends when fuzzing (gcc -include): small segments must go through the bands and caps too. */
#ifndef HAVRE_HAMMING_FUZZ_KNOBS_H
#define HAVRE_HAMMING_FUZZ_KNOBS_H
extern int fuzz_always_plan;
extern unsigned fuzz_candidate_cap, fuzz_scan_cap;
#define WORTH(cost, limit) ((cost) >= 0 && (fuzz_always_plan || (cost) < (limit)))
#define LEAST_CANDIDATE_CAP fuzz_candidate_cap
#define LEAST_SCAN_CAP fuzz_scan_cap
#endif
