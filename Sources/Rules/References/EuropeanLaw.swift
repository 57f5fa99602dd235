// SPDX-License-Identifier: GPL-3.0-or-later

extension ReferenceCatalogue {
    /// The measures of Directive (EU) 2022/2555 (NIS 2), article 21(2).
    static let nis2 = ReferenceCatalogue("21.2.a-j")

    /// What Regulation (EU) 2016/679 (GDPR) says of security and of keeping data: articles, paragraphs, letters.
    static let gdpr = ReferenceCatalogue(
        "5.1.a-f 5.2 6.1.a-f 17.1.a-f 24.1-3 25.1-3 28.1-10 30.1-5 32.1.a-d 32.2-4 33 33.1-5 34 34.1-4 35 44")
}
