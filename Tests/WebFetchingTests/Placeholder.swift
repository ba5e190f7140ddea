// The tests of fetching come with the module.
import LoopbackServer
