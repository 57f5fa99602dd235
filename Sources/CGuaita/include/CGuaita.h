// SPDX-License-Identifier: GPL-3.0-or-later
// What Swift cannot see by itself: variadic functions and everything behind _GNU_SOURCE.
#ifndef CGUAITA_H
#define CGUAITA_H
#endif
