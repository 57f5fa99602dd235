// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import Testing

@testable import Reports

@Suite("The screen of guaita status")
struct StatusTextTests {
    private let start = Timestamp(seconds: 1_795_424_400)

    private func after(_ seconds: Int64) -> Timestamp { Timestamp(seconds: start.seconds + seconds) }

    private func well() -> DaemonStatus {
        var status = DaemonStatus(version: "0.1.0", pid: 1234, processStart: 98_765, started: start)
        status.host = "web1"
        status.activity = .watching
        status.scores = [
            .security: .init(lowTenths: 821, highTenths: 903, since: after(86_400)),
            .scalability: .init(lowTenths: 940, highTenths: 940, since: start),
        ]
        status.open = [.high: 2, .low: 7]
        status.accepted = 1
        status.lastScan = after(3 * 86_400)
        status.nextScan = after(3 * 86_400 + 3720)
        status.rules = 160
        status.coverageTenths = 1000
        status.watches = 312
        return status
    }

    private func unwell() -> DaemonStatus {
        var status = well()
        status.lastLook = after(3 * 86_400 + 60)
        status.rejectedRules = 1
        status.ruleProblems = ["/etc/guaita/rules.d/broken.yaml:3: unknown key \"sevrity\"\u{1B}[2J"]
        status.coverageTenths = 931
        status.unjudgedRules = 6
        status.unjudged = ["accounts.empty-password", "files.shadow-mode", "ssh.root-login", "tls.key-mode", "tls.x"]
        status.sandboxHides = ["home directories of other users"]
        status.sandboxMissing = ["Landlock (the kernel has none)"]
        status.workerRestarts = 2
        status.casualties = ["a file (crashed)"]
        status.watchesRefused = 3
        status.journalPending = 12
        return status
    }

    @Test("of a daemon with which all is well")
    func running() {
        #expect(
            StatusText().text(well(), .running, at: after(3 * 86_400 + 300)) == """
                guaita 0.1.0 · web1
                running, process 1234, since 2026-11-23 09:00 UTC (3 days ago) · watching

                security      82.1–90.3   B–A  ████████████████▒▒··  since 2026-11-24 09:00 UTC
                scalability   94.0        A    ██████████████████··  since 2026-11-23 09:00 UTC
                open          high 2, low 7 (accepted: 1)

                last scan     2026-11-26 09:00 UTC (5 minutes ago)
                last look     none yet
                next scan     2026-11-26 10:02 UTC
                rules         160
                coverage      100.0 %
                watches       directories: 312
                sandbox       hides nothing
                worker        replaced: 0
                journal       told everything

                """)
    }

    @Test("of a daemon with which much is not")
    func degraded() {
        #expect(
            StatusText().text(unwell(), .running, at: after(3 * 86_400 + 5000)) == """
                guaita 0.1.0 · web1
                running, not all is well, process 1234, since 2026-11-23 09:00 UTC (3 days ago)
                  · watching
                  ! the scan due on 2026-11-26 10:02 UTC (21 minutes ago) was not made
                  ! there are rules that are not in use; problems: 1
                  ! part of the sandbox is not in force
                  ! left alone because a worker died of it: 1
                  ! directories that cannot be watched: 3
                  ! entries the journal has not taken: 12

                security      82.1–90.3   B–A  ████████████████▒▒··  since 2026-11-24 09:00 UTC
                scalability   94.0        A    ██████████████████··  since 2026-11-23 09:00 UTC
                open          high 2, low 7 (accepted: 1)

                last scan     2026-11-26 09:00 UTC (1 hour ago)
                last look     2026-11-26 09:01 UTC (1 hour ago)
                next scan     2026-11-26 10:02 UTC
                rules         160; problems in others: 1
                              /etc/guaita/rules.d/broken.yaml:3: unknown key "sevrity"\\u{1b}[2J
                coverage      93.1 %; rules not judged: 6
                              accounts.empty-password, files.shadow-mode, ssh.root-login,
                              tls.key-mode, …
                watches       directories: 312, refused: 3
                sandbox       hides home directories of other users
                              not in force: Landlock (the kernel has none)
                worker        replaced: 2
                              left alone: a file (crashed)
                journal       entries waiting: 12

                """)
    }

    @Test("of a daemon that is gone, in Catalan")
    func stopped() {
        #expect(
            StatusText(language: .ca).text(unwell(), .stopped, at: after(3 * 86_400 + 300)) == """
                guaita 0.1.0 · web1
                no està en marxa; això és el que se'n sabia el 2026-11-23 09:00 UTC
                  ! hi ha regles que no es fan servir; errors: 1
                  ! part de l'aïllament no és en vigor
                  ! deixat de banda perquè hi va morir un procés: 1
                  ! directoris que no es poden vigilar: 3
                  ! entrades que el diari no ha acceptat: 12

                seguretat     82,1–90,3   B–A  ████████████████▒▒··  des de 2026-11-24 09:00 UTC
                escalabilitat 94,0        A    ██████████████████··  des de 2026-11-23 09:00 UTC
                obert         alta 2, baixa 7 (acceptades: 1)

                exploració    2026-11-26 09:00 UTC (fa 5 minuts)
                ullada        2026-11-26 09:01 UTC (fa 4 minuts)
                la propera    2026-11-26 10:02 UTC
                regles        160; errors en d'altres: 1
                              /etc/guaita/rules.d/broken.yaml:3: unknown key "sevrity"\\u{1b}[2J
                cobertura     93,1 %; regles sense jutjar: 6
                              accounts.empty-password, files.shadow-mode, ssh.root-login,
                              tls.key-mode, …
                vigilància    directoris: 312, refusats: 3
                aïllament     amaga home directories of other users
                              no és en vigor: Landlock (the kernel has none)
                treballador   substitucions: 2
                              deixat de banda: a file (crashed)
                diari         entrades que esperen: 12

                """)
    }

    @Test("of a daemon that has only begun, in Spanish, on a machine whose clock was set back")
    func starting() {
        let status = DaemonStatus(version: "0.1.0", pid: 1234, processStart: nil, started: start)
        #expect(
            StatusText(language: .es).text(status, .hidden, at: after(-86_400)) == """
                guaita 0.1.0
                no se ve si está en marcha; esto es lo que se sabía el 2026-11-23 09:00 UTC ·
                  arranca
                  ! aún no ha terminado ningún análisis

                abierto       –

                análisis      aún ninguno
                vistazo       aún ninguno
                el próximo    –
                reglas        0
                cobertura     –
                vigilancia    directorios: 0
                aislamiento   no oculta nada
                trabajador    sustituciones: 0
                diario        todo dicho

                """)
    }

    @Test("keeps to the width, and steers no terminal", arguments: [40, 60, 80], Language.allCases)
    func width(columns: Int, language: Language) {
        let text = StatusText(width: columns, language: language).text(unwell(), .running, at: after(3 * 86_400))
        #expect(!text.contains("\u{1B}"))
        for line in text.split(separator: "\n") where !line.contains("/") { #expect(line.count <= columns, "\(line)") }
        #expect(StatusText(colour: true, language: language).text(well(), .running, at: start).contains("\u{1B}[32m"))
    }
}
