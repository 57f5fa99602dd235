// SPDX-License-Identifier: GPL-3.0-or-later

extension ReferenceCatalogue {
    /// The recommendations of the CIS benchmarks whose programs guaita knows, by number.
    static let cis = debian12 + nginx + postgreSQL + docker

    /// CIS Debian Linux 12 Benchmark v1.1.0.
    private static let debian12 = ReferenceCatalogue(
        """
        1.1.1.1-10 1.1.2.1.1-4 1.1.2.2.1-4 1.1.2.3.1-3 1.1.2.4.1-3 1.1.2.5.1-4 1.1.2.6.1-4 1.1.2.7.1-4
        1.2.1.1-2 1.2.2.1 1.3.1.1-4 1.4.1-2 1.5.1-5 1.6.1-6 1.7.1-10
        2.1.1-22 2.2.1-6 2.3.1.1 2.3.2.1-2 2.3.3.1-3 2.4.1.1-8 2.4.2.1
        3.1.1-3 3.2.1-4 3.3.1-11
        4.1.1 4.2.1-7 4.3.1-10 4.4.1.1-3 4.4.2.1-4 4.4.3.1-4
        5.1.1-22 5.2.1-7 5.3.1.1-3 5.3.2.1-4 5.3.3.1.1-3 5.3.3.2.1-8 5.3.3.3.1-3 5.3.3.4.1-4
        5.4.1.1-6 5.4.2.1-8 5.4.3.1-3
        6.1.1.1-4 6.1.2.1.1-4 6.1.2.2-4 6.1.3.1-8 6.1.4.1 6.2.1.1-4 6.2.2.1-4 6.2.3.1-21 6.2.4.1-10 6.3.1-3
        7.1.1-13 7.2.1-10
        """, prefix: "debian12:")

    /// CIS NGINX Benchmark v2.1.0.
    private static let nginx = ReferenceCatalogue(
        """
        1.1.1-2 1.2.1-2 2.1.1-4 2.2.1-3 2.3.1-4 2.4.1-4 2.5.1-4 3.1-7 4.1.1-14 5.1.1-2 5.2.1-5 5.3.1-4
        """, prefix: "nginx:")

    /// CIS PostgreSQL 15 Benchmark v1.1.0.
    private static let postgreSQL = ReferenceCatalogue(
        """
        1.1-7 2.1-7 3.1.2-26 3.2 4.1-9 5.1-6 6.1-11 7.1-5 8.1-3
        """, prefix: "postgresql:")

    /// CIS Docker Benchmark v1.6.0.
    private static let docker = ReferenceCatalogue(
        """
        1.1.1-18 1.2.1-2 2.1-19 3.1-24 4.1-12 5.1-32 6.1-2 7.1-9
        """, prefix: "docker:")
}
