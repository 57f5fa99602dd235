// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

/// Any bytes: the grammar ends with places inside the text, and so do the facts, libpam's answer and a user's limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let document = PAMConfiguration(bytes)
    for line in document.lines { precondition(line.line >= 1 && line.column >= 1 && !line.words.isEmpty) }
    let text = String(decoding: bytes, as: UTF8.self)
    precondition(PAMControl(text).actions.count == PAMResult.names.count)
    let host = MemoryHost(files: [
        "/etc/pam.d/sshd": text, "/etc/pam.d/part": text, "/etc/security/limits.conf": text,
        "/etc/security/pwquality.conf": text, "/etc/security/faillock.conf": text, "/etc/login.defs": text,
        "/etc/pam.d/su": "auth required pam_wheel.so\nauth required pam_faillock.so authfail\n"
            + "password required pam_pwquality.so\n@include sshd\n",
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n", "/etc/group": "ops:x:50:alice\n",
    ])
    let collector = PAMCollector()
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    precondition(collector.collect(collection).count == collector.declarations.count)
    do throws(QuestionError) {
        _ = try collector.answer(["service": "sshd", "type": "auth", "user": "alice"], collection)
    } catch {
        preconditionFailure(error.message)
    }
    return 0
}
