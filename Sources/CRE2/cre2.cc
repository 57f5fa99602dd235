// SPDX-License-Identifier: GPL-3.0-or-later
#include "cre2.h"

#include <re2/re2.h>

#include <new>
#include <vector>

struct cre2_pattern {
    re2::RE2 re;
    cre2_pattern(const re2::StringPiece &text, const re2::RE2::Options &options) : re(text, options) {}
};

// A text of no bytes may have no address; RE2 tells groups that took no part by that.
static re2::StringPiece bytes(const uint8_t *text, size_t length) {
    return re2::StringPiece(text ? reinterpret_cast<const char *>(text) : "", length);
}

static cre2_text view(const std::string &text) { return {text.data(), text.size()}; }

cre2_pattern *cre2_new(const uint8_t *text, size_t length, bool latin1, bool ignore_case, int64_t max_memory) {
    re2::RE2::Options options;
    options.set_encoding(latin1 ? re2::RE2::Options::EncodingLatin1 : re2::RE2::Options::EncodingUTF8);
    options.set_case_sensitive(!ignore_case);
    options.set_max_mem(max_memory);
    options.set_log_errors(false);
    options.set_posix_syntax(false);
    options.set_longest_match(false);
    options.set_never_nl(false);
    try {
        return new (std::nothrow) cre2_pattern(bytes(text, length), options);
    } catch (...) {
        return nullptr;
    }
}

void cre2_delete(cre2_pattern *pattern) { delete pattern; }

cre2_text cre2_error(const cre2_pattern *pattern) {
    return pattern->re.ok() ? cre2_text{nullptr, 0} : view(pattern->re.error());
}

cre2_text cre2_error_fragment(const cre2_pattern *pattern) { return view(pattern->re.error_arg()); }

int cre2_program_size(const cre2_pattern *pattern) { return pattern->re.ProgramSize(); }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->re.NumberOfCapturingGroups(); }

cre2_text cre2_group_name(const cre2_pattern *pattern, int number) {
    const auto &names = pattern->re.CapturingGroupNames();
    const auto name = names.find(number);
    return name == names.end() ? cre2_text{nullptr, 0} : view(name->second);
}

bool cre2_search(const cre2_pattern *pattern, const uint8_t *text, size_t length, size_t start, cre2_range *ranges,
                 int count) {
    if (!pattern->re.ok() || start > length) return false;
    const re2::StringPiece all = bytes(text, length);
    try {
        // Most patterns have few groups: no allocation for those.
        re2::StringPiece few[16];
        std::vector<re2::StringPiece> many(count > 16 ? count : 0);
        re2::StringPiece *groups = count > 16 ? many.data() : few;
        if (!pattern->re.Match(all, start, length, re2::RE2::UNANCHORED, groups, count)) return false;
        for (int i = 0; i < count; i++) {
            if (groups[i].data() == nullptr) {
                ranges[i] = {-1, -1};
            } else {
                const ptrdiff_t from = groups[i].data() - all.data();
                ranges[i] = {from, from + static_cast<ptrdiff_t>(groups[i].size())};
            }
        }
        return true;
    } catch (...) {
        return false;
    }
}
