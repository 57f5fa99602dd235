// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import TestSupport

/// The installed libpam, asked in a mount namespace of its own in which the directories of services are the test's.
enum PAMOracle {
    static let needed = ["/usr/bin/python3", "/usr/bin/unshare", "/usr/bin/mount"]
    static let missing = needed.filter { !FileManager.default.fileExists(atPath: $0) } + (getuid() == 0 ? [] : ["root"])

    /// One question for each, in libpam's own words: the number that the call returned.
    static let types = ["auth", "account", "password", "session"]

    /// Goes through the trees below the directory it is given; every question has a handle of its own.
    private static let script = """
        import ctypes, os, shutil, sys
        pam = ctypes.CDLL("libpam.so.0"); libc = ctypes.CDLL("libc.so.6"); libc.calloc.restype = ctypes.c_void_p
        Talk = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p),
                                ctypes.c_void_p)
        class Conversation(ctypes.Structure): _fields_ = [("talk", Talk), ("data", ctypes.c_void_p)]
        @Talk
        def talk(count, messages, replies, data):
            replies[0] = libc.calloc(count, 16)
            return 0
        def ask(call):
            handle = ctypes.c_void_p()
            conversation = Conversation(talk, None)
            started = pam.pam_start(b"asked", b"root", ctypes.byref(conversation), ctypes.byref(handle))
            if started: return started
            result = call(handle, 0)
            pam.pam_end(handle, result)
            return result
        root, count = sys.argv[1], int(sys.argv[2])
        for index in range(count):
            for directory in ["/etc/pam.d", "/usr/lib/pam.d"]:
                for name in os.listdir(directory): os.remove(os.path.join(directory, name))
                source = f"{root}/{index}{directory}"
                if os.path.isdir(source):
                    for name in os.listdir(source): shutil.copy(os.path.join(source, name), directory)
            calls = [pam.pam_authenticate, pam.pam_acct_mgmt, pam.pam_chauthtok, pam.pam_open_session]
            print(index, *[ask(call) for call in calls], flush=True)
        """

    /// For each tree, what each of the four calls returned; a tree with which libpam crashed ends the list.
    static func ask(_ count: Int, in tree: TemporaryTree) throws -> [[Int]] {
        try tree.file("/ask.py", script)
        let mounts = "mount -t tmpfs pam /etc/pam.d && mkdir -p /usr/lib/pam.d && mount -t tmpfs pam /usr/lib/pam.d"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "--mount", "/bin/sh", "-c", "\(mounts) && exec /usr/bin/python3 \"$1\"/ask.py \"$1\" \"$2\"", "sh",
            tree.root,
            String(count),
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: " ").dropFirst().compactMap { Int($0) }
        }
    }
}
