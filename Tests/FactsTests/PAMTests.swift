// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

/// The facts of PAM.
@Suite struct PAMTests {
    /// As a fresh Debian 12 has them.
    private static let debian = [
        "/etc/pam.d/common-auth": """
        auth	[success=1 default=ignore]	pam_unix.so nullok
        auth	requisite			pam_deny.so
        auth	required			pam_permit.so

        """,
        "/etc/pam.d/common-account": """
        account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so
        account	requisite			pam_deny.so
        account	required			pam_permit.so

        """,
        "/etc/pam.d/common-password": """
        password	[success=1 default=ignore]	pam_unix.so obscure yescrypt
        password	requisite			pam_deny.so
        password	required			pam_permit.so

        """,
        "/etc/pam.d/common-session": "session [default=1] pam_permit.so\nsession requisite pam_deny.so\n",
        "/etc/pam.d/other": "@include common-auth\n@include common-account\n@include common-password\n",
        "/etc/pam.d/sshd": "@include common-auth\naccount required pam_nologin.so\n@include common-account\n",
    ]

    private func probe(_ files: [String: String]) -> FactsProbe {
        FactsProbe(PAMCollector(), MemoryHost(files: files))
    }

    private func debian(_ files: [String: String]) -> FactsProbe {
        probe(Self.debian.merging(files, uniquingKeysWith: { $1 }))
    }

    private func answer(_ question: [String: String], _ files: [String: String]) throws -> FactsProbe {
        let host = MemoryHost(files: files)
        let collection = Collection(host: host, now: Timestamp(seconds: 0))
        let values = try #require(try PAMCollector().answer(question, collection))
        return FactsProbe(Answered(value: values[0]), host)
    }

    private struct Answered: Collector {
        let value: Value
        var declarations: [FactDeclaration] { PAMCollector().declarations }
        func collect(_ collection: Collection) -> [Value] { [value] }
    }

    @Test func noServicesAreAbsent() {
        #expect(probe(["/etc/passwd": ""])["pam"] == nil)
    }

    @Test func anUnreadableFileIsUnknown() {
        let host = MemoryHost(["/etc/pam.d/sshd": .init(failure: .permissionDenied)])
        #expect(FactsProbe(PAMCollector(), host)["pam"]?.hasPrefix("unknown: /etc/pam.d/sshd") == true)
    }

    @Test func debianIsFlattenedAndNothingIsWrong() {
        let probe = debian([:])
        #expect(probe["pam", "services", "sshd", "auth", "entries", "0", "module"] == "pam_unix")
        #expect(probe["pam", "services", "sshd", "auth", "entries", "0", "line"] == "/etc/pam.d/common-auth:1")
        #expect(probe["pam", "services", "sshd", "auth", "entries", "0", "via"] == "[/etc/pam.d/sshd:1]")
        #expect(probe["pam", "services", "sshd", "auth", "open"] == "false")
        #expect(probe["pam", "services", "sshd", "auth", "can_succeed"] == "true")
        #expect(probe["pam", "services", "sshd", "password", "from_other"] == "true")
        #expect(probe["pam", "services", "sshd", "loads"] == "true")
        #expect(probe["pam", "services", "common-auth", "fragment"] == "true")
        #expect(probe["pam", "problems"] == "[]")
    }

    @Test func theVendorsServiceIsHiddenAndItsPartsAreNotLookedFor() {
        let probe = probe([
            "/usr/lib/pam.d/a": "auth required pam_unix.so\n", "/usr/lib/pam.d/b": "auth required pam_deny.so\n",
            "/etc/pam.d/b": "auth include a\n",
        ])
        #expect(probe["pam", "services", "a", "path"] == "/usr/lib/pam.d/a")
        #expect(probe["pam", "services", "b", "path"] == "/etc/pam.d/b")
        #expect(probe["pam", "services", "b", "auth", "entries", "0", "kind"] == "failure")
        #expect(probe["pam", "problems", "0", "path"] == "/etc/pam.d/b")
    }

    @Test func aMissingIncludeOfAllTypesRefusesTheService() {
        let probe = probe(["/etc/pam.d/sshd": "@include gone\nauth required pam_permit.so\n"])
        #expect(probe["pam", "services", "sshd", "loads"] == "false")
        #expect(probe["pam", "services", "sshd", "auth", "open"] == "false")
    }

    @Test(arguments: [
        ("auth required pam_permit.so\n", "true"),
        ("auth optional pam_unix.so\nauth required pam_permit.so\n", "true"),
        ("auth [success=1 default=ignore] pam_unix.so\nauth required pam_permit.so\n", "true"),
        ("auth sufficient pam_unix.so\nauth required pam_deny.so\n", "false"),
        ("auth sufficient pam_rootok.so\nauth required pam_unix.so\n", "false"),
        ("auth required pam_nologin.so\nauth required pam_env.so\n", "true"),
        ("auth [success=9 default=ignore] pam_unix.so\nauth required pam_permit.so\n", "true"),
        ("auth substack part\nauth required pam_unix.so\n", "false"),
        ("auth include part\nauth required pam_unix.so\n", "true"),
    ])
    func aStackIsOpenWhereNobodyNeedProveWhoTheyAre(_ text: String, _ open: String) {
        let probe = probe(["/etc/pam.d/x": text, "/etc/pam.d/part": "auth sufficient pam_permit.so\n"])
        #expect(probe["pam", "services", "x", "auth", "open"] == open)
    }

    @Test func whatStandsBehindASuccessThatEndsTheStackNeverRuns() {
        let probe = probe(["/etc/pam.d/x": "auth sufficient pam_permit.so\nauth required pam_unix.so\n"])
        #expect(probe["pam", "lines", "1", "module"] == "pam_unix")
        #expect(probe["pam", "lines", "1", "reachable"] == "false")
        #expect(probe["pam", "lines", "0", "reachable"] == "true")
    }

    private static let faillock = """
        auth requisite pam_faillock.so preauth
        auth [success=2 default=ignore] pam_unix.so nullok
        auth [default=die] pam_faillock.so authfail deny=4
        auth requisite pam_deny.so
        auth required pam_permit.so

        """

    @Test func faillockInItsPlaces() {
        let probe = probe([
            "/etc/pam.d/sshd": Self.faillock + "account required pam_faillock.so\n",
            "/etc/security/faillock.conf": "# deny = 9\nunlock_time = 900\ndeny=5\neven_deny_root\n",
        ])
        for fact in ["faillock", "faillock_counts", "faillock_locks", "faillock_resets"] {
            #expect(probe["pam", "services", "sshd", fact] == "true", "\(fact)")
        }
        #expect(probe["pam", "lock", "deny"] == "4")
        #expect(probe["pam", "lock", "unlock_time"] == "900")
        #expect(probe["pam", "lock", "fail_interval"] == "900")
        #expect(probe["pam", "lock", "even_deny_root"] == "true")
        let source = probe.source(probe.value("pam", "lock", "deny"))
        #expect(source?.overrode.map(\.origin.description) == ["/etc/security/faillock.conf:3"])
    }

    @Test(arguments: [
        ("auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\nauth required pam_deny.so\n", "counts"),
        (
            "auth optional pam_faillock.so preauth\nauth required pam_unix.so\nauth required pam_faillock.so authfail\n",
            "resets"
        ),
        (
            "auth optional pam_faillock.so preauth\nauth required pam_unix.so\naccount required pam_faillock.so\n",
            "locks"
        ),
        (
            "auth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\naccount required pam_faillock.so\n",
            "locks"
        ),
    ])
    func faillockThatLacksSomething(_ text: String, _ lacking: String) {
        #expect(probe(["/etc/pam.d/sshd": text])["pam", "services", "sshd", "faillock_\(lacking)"] == "false")
    }

    @Test func qualityByItsFilesAndItsLine() {
        let probe = probe([
            "/etc/pam.d/passwd":
                "password requisite pam_pwquality.so retry=3 ucredit=1\npassword required pam_unix.so\n",
            "/etc/security/pwquality.conf": "minlen = 12\n",
            "/etc/security/pwquality.conf.d/a.conf": "minlen=20\ndcredit=2\n",
        ])
        #expect(probe["pam", "services", "passwd", "quality"] == "true")
        #expect(probe["pam", "quality", "minlen"] == "12")
        #expect(probe["pam", "quality", "shortest"] == "9")
        #expect(probe["pam", "quality", "enforcing"] == "1")
        #expect(probe["pam", "lines", "1", "hash"] == "des")
    }

    @Test func aRefusalThatDoesNotCount() {
        let probe = probe([
            "/etc/pam.d/passwd": "password optional pam_pwquality.so\npassword required pam_unix.so sha512\n"
        ])
        #expect(probe["pam", "services", "passwd", "quality"] == "false")
        #expect(probe["pam", "lines", "1", "hash"] == "sha512")
    }

    @Test func suForWheel() {
        let probe = probe([
            "/etc/pam.d/su":
                "auth sufficient pam_rootok.so\nauth required pam_wheel.so group=admins\nauth required pam_unix.so\n",
            "/etc/group": "root:x:0:\nadmins:x:50:anna\n",
        ])
        #expect(probe["pam", "su", "restricted"] == "true")
        #expect(probe["pam", "su", "members"] == "[anna]")
        #expect(debian(["/etc/pam.d/su": "@include common-auth\n"])["pam", "su", "restricted"] == "false")
    }

    @Test func theNearestLimitHoldsAndOfSeveralTheLast() throws {
        let files = Self.debian.merging([
            "/etc/passwd": "root:x:0:0::/:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n",
            "/etc/group": "anna:x:1000:\nweb:x:50:anna\n",
            "/etc/security/limits.conf": "anna soft nofile 100\n@web hard nofile 300\n* - nofile 400\n* - nproc 7\n",
            "/etc/security/limits.d/z.conf": "* hard nproc 9\n1000:2000 soft nofile 200\nanna hard nofiles 3\n",
        ]) { $1 }
        let anna = try answer(["user": "anna"], files)
        #expect(anna["pam", "limits", "0", "value"] == "300")
        #expect(anna["pam", "limits", "1", "value"] == "200")
        #expect(anna["pam", "limits", "2", "value"] == "9")
        #expect(anna["pam", "limits", "3", "value"] == "7")
        #expect(try answer(["user": "root"], files)["pam", "limits"] == "[]")
        #expect(anna["pam", "limit_problems", "0", "line"] == "3")
    }

    @Test func whatModulesReturnIsAsked() throws {
        let question = ["service": "sshd", "type": "auth"]
        #expect(try answer(question, Self.debian)["pam", "result"] == "success")
        let wrong = question.merging(["pam_unix": "auth_err"]) { $1 }
        #expect(try answer(wrong, Self.debian)["pam", "result"] == "auth_err")
    }

    @Test func aQuestionItDoesNotUnderstandIsRefused() {
        for question in [
            ["host": "x"], ["type": "auth"], ["service": "sshd", "type": "x"], ["service": "a", "pam_unix": "x"],
        ] {
            #expect(throws: QuestionError.self) { try answer(question, Self.debian) }
        }
    }

    @Test func settingsWithoutEffectAndTheUmask() {
        let probe = debian([
            "/etc/login.defs": "PASS_MIN_LEN 14\nUMASK 027\nENCRYPT_METHOD SHA512\n",
            "/etc/pam.d/login": "session optional pam_umask.so\n",
        ])
        #expect(probe["pam", "ignored_settings", "0", "name"] == "PASS_MIN_LEN")
        #expect(probe["pam", "umask"] == "0027")
    }
}
