import CCurl
import Glibc

/// Runs the work on a thread of its own, out of reach of signals: they are for the main thread, and a broken pipe is for
/// libcurl to see as an error, not for the process to die of.
func startThread(_ work: @escaping @Sendable () -> Void) -> Bool {
    let box = Unmanaged.passRetained(Box(work))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { context in
        guard let context else { return nil }
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work()
        return nil
    }, box.toOpaque())
    guard code == 0 else { box.release(); return false }
    pthread_detach(thread)
    return true
}

private final class Box: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
