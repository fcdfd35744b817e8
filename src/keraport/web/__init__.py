"""``keraport serve``: a page on this machine that takes model files and converts them.

Only the command line imports this room, for its libraries are an extra. Files are read and written
by the commands themselves, each in a process with limits (`keraport.web.worker`); what is here
takes uploads, starts these processes and shows what they answer.
"""
