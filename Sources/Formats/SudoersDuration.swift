// SPDX-License-Identifier: GPL-3.0-or-later

/// A span as sudoers(5) writes it: `90`, `2h30m`.
public enum SudoersDuration {
    /// Seconds; nil where it is none.
    public static func seconds(_ text: String) -> Int? { SudoersTime.timeout(text) }
}
