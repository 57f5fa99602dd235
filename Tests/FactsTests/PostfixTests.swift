// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Testing

@Suite struct PostfixTests {
    static func probe(_ main: String, master: String = "smtp inet n - y - - smtpd\n") -> FactsProbe {
        FactsProbe(
            PostfixCollector(),
            MemoryHost([
                "/etc/postfix/main.cf": .init(main), "/etc/postfix/master.cf": .init(master),
                "/etc/hostname": .init("mail.example.org\n"),
            ]))
    }

    @Test(
        "postconf(5): lines that go on, comments between them, the last of two, references",
        arguments: [
            ("relayhost = a\n", "relayhost", "a"),
            ("relayhost = a\nrelayhost = b\n", "relayhost", "b"),
            ("relayhost = a\n# a comment\n  b\n\n\tc\n", "relayhost", "a  b\tc"),
            ("relayhost=  a  \n", "relayhost", "a"),
            ("#relayhost = a\n", "relayhost", ""),
            ("", "mydestination", "mail.example.org, localhost.example.org, localhost"),
            ("mydomain = example.net\nmyorigin = $mydomain\n", "myorigin", "example.net"),
            ("x = 1\nrelayhost = ${x?yes}${y:no}\ny =\n", "relayhost", "yesno"),
            ("x =\nrelayhost = ${x?{yes}:{no}}\n", "relayhost", "no"),
            (
                "relayhost = ${{$compatibility_level} >=level {3.6} ? {new} : {old}}\ncompatibility_level = 3.10\n",
                "relayhost", "new"
            ),
            ("relayhost = $$x\n", "relayhost", "$x"),
            ("compatibility_level = 3.6\n", "mynetworks_style", "host"),
        ])
    func values(main: String, name: String, value: String) {
        #expect(Self.probe(main)["postfix", name] == value)
    }

    @Test("What Postfix ends over is an error with its place") func errors() {
        #expect(
            Self.probe("relayhost\n")["postfix", "errors"] == "[/etc/postfix/main.cf:1: missing `=` after the name]")
        #expect(Self.probe("a = $b\nb = $a\n")["postfix", "valid"] == "false")
        #expect(Self.probe("a = ${b\n")["postfix", "valid"] == "false")
        #expect(
            Self.probe("", master: "smtp inet n\n")["postfix", "errors"]
                == "[/etc/postfix/master.cf:1: fewer than eight fields]")
    }

    @Test("A service's own parameters win, and -o may stand in braces") func overrides() {
        let master = """
            smtp inet n - y - - smtpd
            submission inet n - y - - smtpd
              -o smtpd_tls_security_level=encrypt
              -o { smtpd_sasl_auth_enable = yes }
            smtps inet n - y - - smtpd -o smtpd_tls_wrappermode=yes
            127.0.0.1:10025 inet n - y - - smtpd
            """
        let probe = Self.probe("inet_interfaces = all\n", master: master)
        #expect(probe["postfix", "services", "submission", "tls"] == "encrypt")
        #expect(probe["postfix", "services", "submission", "login"] == "true")
        #expect(probe["postfix", "services", "submission", "login_in_the_clear"] == "false")
        #expect(probe["postfix", "services", "smtps", "tls"] == "wrapped")
        #expect(probe["postfix", "services", "smtp", "tls"] == "none")
        #expect(probe["postfix", "services", "smtp", "open"] == "true")
        #expect(probe["postfix", "services", "127.0.0.1:10025", "open"] == "false")
    }

    @Test(
        "Who may send to anywhere",
        arguments: [
            ("compatibility_level = 3.6\n", "false"),
            ("compatibility_level = 3.6\nmynetworks = 0.0.0.0/0\n", "true"),
            (
                "compatibility_level = 3.6\nmynetworks = 0.0.0.0/0\nsmtpd_recipient_restrictions = reject_unauth_destination\n",
                "false"
            ),
            ("smtpd_relay_restrictions = permit\nsmtpd_recipient_restrictions = permit\n", "true"),
            ("smtpd_relay_restrictions = permit_mynetworks, reject\n", "false"),
            (
                "smtpd_relay_restrictions = check_client_access hash:/etc/postfix/x, permit\n",
                "unknown: check_client_access decides"
            ),
        ])
    func relay(main: String, verdict: String) {
        #expect(Self.probe(main)["postfix", "services", "smtp", "relays_for_strangers"] == verdict)
    }

    @Test("Absent, and unknown where it cannot be read") func absent() {
        #expect(FactsProbe(PostfixCollector(), MemoryHost([:]))["postfix"] == nil)
        let bytes = MemoryHost(["/etc/postfix/main.cf": .init(bytes: [0xFF, 0xFE, 0x0A, 0x3D])])
        #expect(FactsProbe(PostfixCollector(), bytes)["postfix", "valid"] == "false")
    }
}
