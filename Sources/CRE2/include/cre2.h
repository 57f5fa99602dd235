// SPDX-License-Identifier: GPL-3.0-or-later
// A C face of RE2 (re2/re2.h), because Swift reads C and RE2 is C++. No function throws; a pattern may be used by
// many threads at once, as RE2 itself may.
#ifndef CRE2_H
#define CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern, or the reason why there is none.
typedef struct cre2_pattern cre2_pattern;

/// Bytes that belong to the pattern and live as long as it does.
typedef struct {
    const char *_Nullable start;
    size_t length;
} cre2_text;

/// Where a group matched, in bytes; both -1 when it took no part.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_range;

/// Never fails but for want of memory (NULL): a bad pattern is told by cre2_error.
cre2_pattern *_Nullable cre2_new(const uint8_t *_Nullable text, size_t length, bool latin1, bool ignore_case,
                                 int64_t max_memory);
void cre2_delete(cre2_pattern *_Nonnull pattern);

/// Empty when the pattern is good.
cre2_text cre2_error(const cre2_pattern *_Nonnull pattern);
/// The part of the pattern the error speaks of; may be empty.
cre2_text cre2_error_fragment(const cre2_pattern *_Nonnull pattern);
/// Instructions of the compiled program, which bound the work for each byte of text.
int cre2_program_size(const cre2_pattern *_Nonnull pattern);
/// How many capturing groups, the whole match not counted.
int cre2_group_count(const cre2_pattern *_Nonnull pattern);
/// Empty when the group has no name.
cre2_text cre2_group_name(const cre2_pattern *_Nonnull pattern, int number);

/// Searches `text` from `start` on; what lies before is context for `^` and `\b`. Fills `count` ranges: the whole
/// match, then the groups.
bool cre2_search(const cre2_pattern *_Nonnull pattern, const uint8_t *_Nullable text, size_t length, size_t start,
                 cre2_range *_Nullable ranges, int count);

#ifdef __cplusplus
}
#endif
#endif
