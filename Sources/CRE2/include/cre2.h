// SPDX-License-Identifier: GPL-3.0-or-later
// A C face of RE2 (re2/re2.h), because Swift reads C and RE2 is C++.
#ifndef CRE2_H
#define CRE2_H
#endif
