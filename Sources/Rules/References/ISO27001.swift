// SPDX-License-Identifier: GPL-3.0-or-later

extension ReferenceCatalogue {
    /// The 93 controls of ISO/IEC 27001:2022, annex A.
    static let iso27001 = ReferenceCatalogue("A.5.1-37 A.6.1-8 A.7.1-14 A.8.1-34")
}
