#pragma once
/* Word lists that only the tables of kinds and methods use; the others are in vocab.h. */
extern const char *const words_langs[];
extern const char *const words_levels[];
extern const char *const words_regimes[];
extern const char *const words_hardness[];
extern const char *const words_frames[];
extern const char *const words_sayings[];
extern const char *const words_positions[];
extern const char *const words_messages[];
extern const char *const words_bottlenecks[];
extern const char *const words_direction[];
extern const char *const words_reviews[];
extern const char *const words_verzoeken[];
extern const char *const words_answers[];
extern const char *const words_firsts[];
extern const char *const words_weighings[];
extern const char *const words_agreed[];
extern const char *const words_signals[];
extern const char *const words_sources[];
extern const char *const words_voices[];
extern const char *const words_contacts[];
extern const char *const words_parts[];
extern const char *const words_meetings[];
extern const char *const words_follows[];
extern const char *const words_rooms[];
extern const char *const words_checks[];
extern const char *const words_tries[];
