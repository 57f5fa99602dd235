// SPDX-License-Identifier: GPL-3.0-or-later

/// When the releases of Debian and Ubuntu stop getting security updates. Dates are those of Debian's package
/// distro-info-data 0.58+deb12u6 (/usr/share/distro-info/{debian,ubuntu}.csv; ISC licence), releases since 2012.
enum ReleaseTable {
    /// One release; dates as YYYY-MM-DD, the last day with updates.
    struct Release {
        /// `ID` of os-release(5).
        let id: String
        /// `VERSION_ID`.
        let version: String
        /// `VERSION_CODENAME`.
        let codename: String
        /// Of the distribution's own team.
        let support: String
        /// Of Debian LTS, for everybody, on fewer architectures and packages; nil where there is none.
        let longTerm: String?
        /// Of what is paid for or needs a subscription: Freexian ELTS, Ubuntu Pro ESM; nil where there is none.
        let extended: String?

        init(
            _ id: String, _ version: String, _ codename: String, _ support: String, _ longTerm: String?,
            _ extended: String?
        ) {
            self.id = id
            self.version = version
            self.codename = codename
            self.support = support
            self.longTerm = longTerm
            self.extended = extended
        }
    }

    /// The package the dates come from.
    static let origin = "distro-info-data 0.58+deb12u6"

    static let releases: [Release] = [
        Release("debian", "7", "wheezy", "2016-04-25", "2018-05-31", "2020-06-30"),
        Release("debian", "8", "jessie", "2018-06-17", "2020-06-30", "2025-06-30"),
        Release("debian", "9", "stretch", "2020-07-18", "2022-06-30", "2027-06-30"),
        Release("debian", "10", "buster", "2022-09-10", "2024-06-30", "2029-06-30"),
        Release("debian", "11", "bullseye", "2024-08-14", "2026-08-31", "2031-06-30"),
        Release("debian", "12", "bookworm", "2026-07-11", "2028-06-30", "2033-06-30"),
        Release("debian", "13", "trixie", "2028-08-09", "2030-06-30", "2035-06-30"),
        Release("ubuntu", "12.04", "precise", "2017-04-28", nil, "2019-04-26"),
        Release("ubuntu", "12.10", "quantal", "2014-05-16", nil, nil),
        Release("ubuntu", "13.04", "raring", "2014-01-27", nil, nil),
        Release("ubuntu", "13.10", "saucy", "2014-07-17", nil, nil),
        Release("ubuntu", "14.04", "trusty", "2019-04-25", nil, "2024-04-25"),
        Release("ubuntu", "14.10", "utopic", "2015-07-23", nil, nil),
        Release("ubuntu", "15.04", "vivid", "2016-02-04", nil, nil),
        Release("ubuntu", "15.10", "wily", "2016-07-28", nil, nil),
        Release("ubuntu", "16.04", "xenial", "2021-04-30", nil, "2026-04-23"),
        Release("ubuntu", "16.10", "yakkety", "2017-07-20", nil, nil),
        Release("ubuntu", "17.04", "zesty", "2018-01-13", nil, nil),
        Release("ubuntu", "17.10", "artful", "2018-07-19", nil, nil),
        Release("ubuntu", "18.04", "bionic", "2023-05-31", nil, "2028-04-26"),
        Release("ubuntu", "18.10", "cosmic", "2019-07-18", nil, nil),
        Release("ubuntu", "19.04", "disco", "2020-01-23", nil, nil),
        Release("ubuntu", "19.10", "eoan", "2020-07-17", nil, nil),
        Release("ubuntu", "20.04", "focal", "2025-05-29", nil, "2030-04-23"),
        Release("ubuntu", "20.10", "groovy", "2021-07-22", nil, nil),
        Release("ubuntu", "21.04", "hirsute", "2022-01-20", nil, nil),
        Release("ubuntu", "21.10", "impish", "2022-07-14", nil, nil),
        Release("ubuntu", "22.04", "jammy", "2027-06-01", nil, "2032-04-21"),
        Release("ubuntu", "22.10", "kinetic", "2023-07-20", nil, nil),
        Release("ubuntu", "23.04", "lunar", "2024-01-25", nil, nil),
        Release("ubuntu", "23.10", "mantic", "2024-07-11", nil, nil),
        Release("ubuntu", "24.04", "noble", "2029-05-31", nil, "2034-04-25"),
        Release("ubuntu", "24.10", "oracular", "2025-07-10", nil, nil),
        Release("ubuntu", "25.04", "plucky", "2026-01-15", nil, nil),
        Release("ubuntu", "25.10", "questing", "2026-07-09", nil, nil),
        Release("ubuntu", "26.04", "resolute", "2031-05-29", nil, "2036-04-23"),
    ]
}
