import MessagePassing

/// Whether a run is to stop: in all processes before the same piece of work, when one of them is asked to.
struct SharedStop {
    private let communicator: any Communicator
    private var problem: CommunicationError?

    init(_ communicator: any Communicator) { self.communicator = communicator }

    /// Also when the other processes cannot be asked any more; ``throwProblem()`` then says so.
    ///
    /// - Parameter isAsked: whether this process is asked to stop.
    mutating func isDue(_ isAsked: Bool) -> Bool {
        do throws(CommunicationError) {
            return try communicator.isTrueAnywhere(isAsked)
        } catch {
            problem = error
            return true
        }
    }

    func throwProblem() throws(CommunicationError) {
        if let problem { throw problem }
    }
}
