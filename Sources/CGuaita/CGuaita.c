// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CGuaita.h"
