// SPDX-License-Identifier: GPL-3.0-or-later
import Daemon
import Model

extension HostSurvey {
    /// Settings that this host calls for, by name, each with its reason. Most hosts call for none.
    func suggestions(_ language: Language) -> [String: SettingsDocument.Suggestion] {
        var suggestions: [String: SettingsDocument.Suggestion] = [:]
        suggestions["scan.interval"] = interval(language)
        suggestions["worker.memory"] = workerMemory(language)
        return suggestions
    }

    /// A full scan reads the logs again from where rules ask for them: on large logs that is most of its work.
    private func interval(_ language: Language) -> SettingsDocument.Suggestion? {
        if logBytes >= 2 << 30 {
            let size = Self.size(logBytes, language)
            return .init(
                value: "6h",
                reason: language(
                    ca: "Hi ha \(size) de logs, i cada anàlisi completa els llegeix.",
                    es: "Hay \(size) de logs, y cada análisis completo los lee.",
                    en: "There are \(size) of logs, and each full scan reads them."))
        }
        guard let processors, let memory, processors == 1, memory <= 1 << 30 else { return nil }
        return .init(
            value: "6h",
            reason: language(
                ca:
                    "Un processador i \(Self.size(memory, language)) de memòria: menys anàlisis completes. El que canvia es continua "
                    + "mirant de seguida.",
                es:
                    "Un procesador y \(Self.size(memory, language)) de memoria: menos análisis completos. Lo que cambia se sigue "
                    + "mirando enseguida.",
                en:
                    "One processor and \(Self.size(memory, language)) of memory: fewer full scans. What changes is still looked at "
                    + "at once."))
    }

    /// The default limit is no limit where the machine itself has less.
    private func workerMemory(_ language: Language) -> SettingsDocument.Suggestion? {
        guard let memory, (256 << 20..<2 * Settings().workerMemory).contains(memory) else { return nil }
        let half = (memory >> 27) << 26
        return .init(
            value: ByteSize(half).text,
            reason: language(
                ca:
                    "La meitat de la memòria d’aquesta màquina, com a molt: un procés que en vol massa s’acaba abans que el "
                    + "nucli hagi d’acabar-ne un altre.",
                es:
                    "La mitad de la memoria de esta máquina, como mucho: un proceso que quiere demasiada se termina antes "
                    + "de que el núcleo tenga que terminar otro.",
                en:
                    "At most half of this machine’s memory: a process that wants too much is ended before the kernel has "
                    + "to end another."))
    }

    /// Bytes to a tenth of a gibibyte, as people say it: `3.8 GiB`, `3,8 GiB`.
    static func size(_ bytes: Int64, _ language: Language) -> String {
        let gibibyte: Int64 = 1 << 30
        guard bytes >= gibibyte else { return "\(bytes >> 20) MiB" }
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: gibibyte)
        let tenth = rest * 10 / gibibyte
        return tenth == 0 ? "\(whole) GiB" : "\(whole)\(language(ca: ",", es: ",", en: "."))\(tenth) GiB"
    }
}
