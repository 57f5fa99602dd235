// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Model
import Testing

@testable import Certificates

/// Certificates that zlint's authors broke on purpose, read whole, and compared with python-cryptography, whose parser
/// shares no code with OpenSSL's.
@Suite struct CorpusTests {
    static let folder = ProcessInfo.processInfo.environment["GUAITA_CORPORA"].map { "\($0)/zlint/certificates" }
    static let oracle = Fixture.folder.appendingPathComponent("oracle.py").path
    static let hasOracle = Program.run("python3", ["-c", "import cryptography"]) != nil

    /// Where the two may differ, by file: OpenSSL knows the GOST digest; and it prints the parts of a multi-valued name
    /// in the order of the file where python sorts them.
    static let known: Set = ["unknownpublickey.pem", "dupl_subj_attrs_ko_02.pem"]

    private static func files() throws -> [(name: String, file: CertificateFile)] {
        let folder = try #require(folder)
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            return (name, CertificateFile(Array(data)))
        }
    }

    @Test(.enabled(if: folder != nil, "GUAITA_CORPORA is not set"))
    func everyFileParsesOrSaysWhy() throws {
        let files = try Self.files()
        #expect(files.count > 400)
        for (name, file) in files {
            let readable = file.objects.contains { if case .malformed = $0.content { false } else { true } }
            #expect(readable || file.failure != nil, "\(name) gives neither a value nor a reason")
            for (certificate, line) in file.certificates {
                #expect(line > 0 && certificate.fingerprint.utf8.count == 64, "\(name)")
                #expect(certificate.publicKey.hash.utf8.count == 64, "\(name)")
                #expect(certificate.notAfter != nil || !certificate.problems.isEmpty, "\(name)")
            }
        }
        let certificates = files.filter { !$0.file.certificates.isEmpty }.count
        let malformed = files.filter { $0.file.failure != nil }.map(\.name)
        print("certificates: \(files.count) files, \(certificates) with a certificate, refused: \(malformed)")
    }

    @Test(
        .enabled(if: folder != nil, "GUAITA_CORPORA is not set"),
        .enabled(if: hasOracle, "python3 with the module cryptography is not installed"))
    func anIndependentParserReadsTheSame() throws {
        let folder = try #require(Self.folder)
        let output = try #require(Program.run("python3", [Self.oracle, folder]))
        var expected: [String: [String]] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            expected[fields[0]] = Array(fields.dropFirst())
        }
        var compared = 0
        for (name, file) in try Self.files() {
            guard let (certificate, _) = file.certificates.first, let theirs = expected[name], theirs.count == 6,
                !Self.known.contains(name)
            else {
                continue
            }
            let ours = [
                certificate.notAfter.map { String($0.seconds) } ?? "?",
                certificate.problems.contains { $0.hasPrefix("subjectAltName") }
                    ? "?" : certificate.dnsNames.joined(separator: ","),
                certificate.publicKey.bits.map(String.init) ?? "?",
                certificate.signatureHash?.lowercased() ?? "",
                certificate.serial,
                certificate.subject,
            ]
            for (field, (mine, theirs)) in zip(ours, theirs).enumerated() where theirs != "?" {
                compared += 1
                #expect(mine == theirs, "\(name), field \(field)")
            }
        }
        print("certificates: \(compared) values compared with python-cryptography")
        #expect(compared > 2_000)
    }
}
