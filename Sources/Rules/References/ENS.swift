// SPDX-License-Identifier: GPL-3.0-or-later

extension ReferenceCatalogue {
    /// The 73 measures of the Esquema Nacional de Seguridad (RD 311/2022, annex II).
    static let ens = ReferenceCatalogue(
        """
        org.1-4
        op.pl.1-5 op.acc.1-6 op.exp.1-10 op.ext.1-4 op.nub.1 op.cont.1-4 op.mon.1-3
        mp.if.1-7 mp.per.1-4 mp.eq.1-4 mp.com.1-4 mp.si.1-5 mp.sw.1-2 mp.info.1-6 mp.s.1-4
        """)
}
