// SPDX-License-Identifier: GPL-3.0-or-later

/// Every function with a name. The list is explicit: a library is in the language when it stands here.
public enum Library {
    /// All overloads, library by library.
    public static let all: [Overload] = [
        standard, conversions, timestamps, strings, math, lists, sets, network, encoders, modes, byteSizes, versions,
    ].flatMap { $0 }
}
